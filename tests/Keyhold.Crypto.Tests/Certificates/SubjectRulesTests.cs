using Keyhold.Crypto.Certificates;

namespace Keyhold.Crypto.Tests.Certificates;

public class SubjectRulesTests
{
    [Theory]
    [InlineData("CN=userName,OU=kms,O=aliyun,C=CN")]
    [InlineData("cn=userName,ou=kms,o=aliyun,c=cn")]
    [InlineData("C=CN,ST=Zhejiang,L=Hangzhou,O=aliyun,OU=kms,CN=a,E=a@example.com")]
    [InlineData("CN=a,OU=one,OU=two,O=one,O=two,S=x,C=CN")]
    [InlineData("CN=a+OU=b,O=c,C=CN")]
    [InlineData("CN=\u4e2d\u6587,OU=\u90e8\u95e8,O=\u516c\u53f8,C=CN")]
    [InlineData("CN=a\\, b,OU=b,O=\"c, d\",C=CN")]
    [InlineData("CN=#0C0161,OU=b,O=c,C=#1302434E")]
    [InlineData("2.5.4.3=a,OU=b,O=c,C=CN")]
    [InlineData("CN=*.example.com,OU=b,O=c,C=CN,EMAIL=a@b.c")]
    public void Takes_subjects_with_what_is_needed(string text) =>
        Assert.NotNull(SubjectRules.ParseSubject(text).CommonName);

    [Theory]
    [InlineData("", "no CN")]
    [InlineData("OU=kms,O=aliyun,C=CN", "no CN")]
    [InlineData("CN=a,O=aliyun,C=CN", "no OU")]
    [InlineData("CN=a,OU=kms,C=CN", "no O")]
    [InlineData("CN=a,OU=kms,O=aliyun", "no C")]
    [InlineData("CN=a,CN=b,OU=kms,O=aliyun,C=CN", "2 times CN")]
    [InlineData("CN=a+CN=b,OU=kms,O=aliyun,C=CN", "2 times CN")]
    [InlineData("CN=a,OU=kms,O=aliyun,C=CN,C=US", "2 times C")]
    [InlineData("CN=a,OU=kms,O=aliyun,C=CHN", "C is not two letters")]
    [InlineData("CN=a,OU=kms,O=aliyun,C=C", "C is not two letters")]
    [InlineData("CN=a,OU=kms,O=aliyun,C=C1", "C is not two letters")]
    [InlineData("CN=a,OU=kms,O=aliyun,C=\u4e2d\u6587", "C is not two letters")]
    [InlineData("CN=a,OU=kms,O=aliyun,C=#0C02434E", "string type")]
    [InlineData("CN=#1E020061,OU=kms,O=aliyun,C=CN", "string type")]
    [InlineData("CN=#130140,OU=kms,O=aliyun,C=CN", "string type")]
    [InlineData("CN=#0402FFFF,OU=kms,O=aliyun,C=CN", "not a character string")]
    [InlineData("CN=,OU=kms,O=aliyun,C=CN", "CN is empty")]
    [InlineData("CN=a,OU=\\20,O=aliyun,C=CN", "OU is empty")]
    [InlineData("CN=a\\00b,OU=kms,O=aliyun,C=CN", "control character")]
    [InlineData("CN=a\nb,OU=kms,O=aliyun,C=CN", "control character")]
    [InlineData("CN=a,OU=kms,O=aliyun,C=CN,DC=com", "DC is not allowed")]
    [InlineData("CN=a,OU=kms,O=aliyun,C=CN,1.2.3=x", "1.2.3 is not allowed")]
    [InlineData("CN=a,OU=kms,O=aliyun,C=CN,FOO=x", "FOO is not allowed")]
    [InlineData("CN=a,OU=kms,O=aliyun,C=CN,E=\u00e4@example.com", "beyond ASCII")]
    [InlineData("CN=a OU=kms,O=aliyun", "no C")]
    [InlineData("/C=CN/O=aliyun/CN=a", "attribute type")]
    public void Refuses_others_and_says_why(string text, string reason)
    {
        var refusal = Assert.Throws<DistinguishedNameException>(() => SubjectRules.ParseSubject(text));
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CN", 64)]
    [InlineData("OU", 64)]
    [InlineData("O", 64)]
    [InlineData("ST", 128)]
    [InlineData("L", 128)]
    [InlineData("E", 255)]
    public void Counts_characters_against_the_bounds_of_RFC_5280(string keyword, int maximum)
    {
        var character = keyword is "E" ? "a" : "\U0001F511";
        Assert.NotNull(SubjectRules.ParseSubject(With(keyword, string.Concat(Enumerable.Repeat(character, maximum)))));
        var refusal = Assert.Throws<DistinguishedNameException>(() =>
            SubjectRules.ParseSubject(With(keyword, string.Concat(Enumerable.Repeat(character, maximum + 1))))
        );
        Assert.Contains($"at most {maximum}", refusal.Reason, StringComparison.Ordinal);
    }

    private static string With(string keyword, string value)
    {
        string[] others =
        [
            .. new[] { "CN", "OU", "O" }
                .Where(other => !string.Equals(other, keyword, StringComparison.Ordinal))
                .Select(other => other + "=x"),
        ];
        return string.Join(',', [$"{keyword}={value}", .. others, "C=CN"]);
    }
}

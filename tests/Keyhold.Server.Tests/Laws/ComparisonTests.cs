namespace Keyhold.Server.Tests.Laws;

/// <summary>
/// Where secrets, MACs and signatures are handled, bytes are compared in constant time. Comparisons of what is public
/// are listed here, each with what it compares; a new one has to say so too.
/// </summary>
public class ComparisonTests
{
    private static readonly string[] Places =
    [
        "src/Keyhold.Protocol/Signing",
        "src/Keyhold.Crypto/Sealing",
        "src/Keyhold.Server/Access",
        "src/Keyhold.Server/Vault",
        "src/Keyhold.Storage/Rows",
    ];

    private static readonly string[] OfPublicThings =
    [
        // A parameter's name.
        "if (name.SequenceEqual(CommonParameters.Signature) || (withoutEmptyValues && value.IsEmpty))",
        // The name of a hash function.
        "&& algorithm.AsSpan(SignatureV3.HmacPrefix.Length).SequenceEqual(hash.Name)",
        // The end of a file.
        "|| !rest.SequenceEqual(\"\\n\"u8)",
        // The sum of Argon2id's parameters, which anybody may compute.
        "if (!form[^SumSize..].SequenceEqual(sum))",
    ];

    [Fact]
    public void Bytes_are_compared_in_constant_time_where_secrets_are()
    {
        var offenders =
            from place in Places
            from file in Directory.GetFiles(Repository.PathOf(place.Split('/')), "*.cs", SearchOption.AllDirectories)
            from line in File.ReadAllLines(file)
            where line.Contains("SequenceEqual", StringComparison.Ordinal)
            where !OfPublicThings.Contains(line.Trim(), StringComparer.Ordinal)
            select $"{Path.GetFileName(file)}: {line.Trim()}";
        Assert.Empty(offenders);
    }
}

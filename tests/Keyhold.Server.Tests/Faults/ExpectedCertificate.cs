namespace Keyhold.Server.Tests.Faults;

/// <summary>
/// One state that a certificate may be in after what was answered. While a request is on its way, or got no clear answer,
/// there are several.
/// </summary>
internal sealed record ExpectedCertificate(string Status, string Pem, string Tag)
{
    public static readonly ExpectedCertificate Gone = new("", "", "");

    public static readonly ExpectedCertificate New = new("PENDING", "", "");
}

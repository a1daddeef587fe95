namespace Keyhold.Crypto.Certificates;

/// <summary>What is wrong with the value of an extension: the code of the finding, its name as in RFC 5280, and how so.</summary>
internal sealed record ExtensionFault(string Code, CertificateExtension Extension, string Name, string Reason);

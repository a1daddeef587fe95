namespace Keyhold.Crypto.Certificates;

/// <summary>Something in a PEM text that cannot be used: what was found and what to do. Fatal: nothing else in the text counts.</summary>
internal sealed record PemProblem(string Code, bool IsFatal, string Reason, string Remedy);

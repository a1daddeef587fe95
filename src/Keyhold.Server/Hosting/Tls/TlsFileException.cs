namespace Keyhold.Server.Hosting.Tls;

/// <summary>Why readable TLS files cannot be used. The message names the file.</summary>
internal sealed class TlsFileException(string message) : Exception(message);

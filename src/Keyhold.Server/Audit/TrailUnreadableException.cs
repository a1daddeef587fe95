namespace Keyhold.Server.Audit;

/// <summary>There is no trail here, or it cannot be read: nothing can be said about it. The message says what to do.</summary>
public sealed class TrailUnreadableException(string message, Exception? cause = null) : Exception(message, cause);

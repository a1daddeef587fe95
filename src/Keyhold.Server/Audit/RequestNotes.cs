using Keyhold.Server.Access;

namespace Keyhold.Server.Audit;

/// <summary>What a request's event says beyond the request itself, noted while the operation runs.</summary>
internal sealed class RequestNotes
{
    private static readonly AsyncLocal<RequestNotes?> Flow = new();

    /// <summary>Of the request whose operation runs here; null where none does that uses a private key.</summary>
    public static RequestNotes? Current => Flow.Value;

    /// <summary>What the request is about, as the access check was asked.</summary>
    public Resource? About { get; set; }

    /// <summary>What the operation made.</summary>
    public Resource? Made { get; set; }

    /// <summary>Whether a private key was used while its certificate was not valid in time.</summary>
    public bool KeyUsedOutsideValidity { get; set; }

    /// <summary>For what the calling method does from here on.</summary>
    public void MakeCurrent() => Flow.Value = this;
}

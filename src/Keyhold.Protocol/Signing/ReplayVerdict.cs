namespace Keyhold.Protocol.Signing;

internal enum ReplayVerdict
{
    New,
    Seen,
    Full,
    Expired,
}

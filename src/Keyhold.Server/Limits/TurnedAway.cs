using Keyhold.Protocol;

namespace Keyhold.Server.Limits;

/// <summary>The mark of a connection that is one too many: its first request is answered with this, and it ends.</summary>
internal sealed record TurnedAway(ErrorCode Error, string Message);

namespace Keyhold.Conformance.Clients;

/// <summary>The server refused a request, or the client could not make sense of its answer.</summary>
internal sealed class RefusedException(Refusal refusal)
    : Exception($"{refusal.Status} {refusal.Code}: {refusal.Message} [{refusal.ClientName}: {refusal.ClientMessage}]")
{
    public Refusal Refusal => refusal;
}

namespace Keyhold.Protocol.Rpc;

internal enum BodyKind
{
    Empty,
    Form,
    Json,
}

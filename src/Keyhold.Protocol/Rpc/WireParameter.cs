using System.Runtime.InteropServices;

namespace Keyhold.Protocol.Rpc;

/// <summary>Where in the decoded bytes a parameter's name and value lie, and whether it came in the query.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WireParameter(
    int NameStart,
    int NameLength,
    int ValueStart,
    int ValueLength,
    bool InQuery
);

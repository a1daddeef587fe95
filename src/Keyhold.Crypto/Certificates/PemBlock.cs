namespace Keyhold.Crypto.Certificates;

/// <summary>One certificate found in a PEM text: its bytes and the line its BEGIN stands on, counted from 1.</summary>
internal sealed record PemBlock(string Label, ReadOnlyMemory<byte> Der, int Line);

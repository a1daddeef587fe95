namespace Keyhold.Server.Control;

/// <summary>What the owner of a data folder can ask of the server that runs on it.</summary>
public enum ControlCommand
{
    Status,
    Seal,
    Unseal,
    RotateDataKey,
    RotateRootKey,
    RecordExport,
}

namespace Keyhold.Protocol.Rpc;

/// <summary>A request's headers as they came: raw values, names in any case, several values for one name possible.</summary>
public interface IRequestHeaders
{
    IEnumerable<string> Names { get; }

    /// <summary>Empty when there is none.</summary>
    IReadOnlyList<string> Get(string name);
}

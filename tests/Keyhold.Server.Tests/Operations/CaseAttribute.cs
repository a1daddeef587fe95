namespace Keyhold.Server.Tests.Operations;

/// <summary>Says which operation a test covers, and with which kind of case; the coverage law counts them.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class CaseAttribute(string operation, CaseKind kind) : Attribute
{
    public string Operation => operation;

    public CaseKind Kind => kind;
}

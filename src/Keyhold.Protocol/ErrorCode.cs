namespace Keyhold.Protocol;

/// <summary>One row of the one table: the code clients switch on, its HTTP status, its standing text.</summary>
public sealed record ErrorCode(string Code, int HttpStatus, string Text);

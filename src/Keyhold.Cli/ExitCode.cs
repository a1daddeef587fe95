namespace Keyhold.Cli;

/// <summary>How the process ends: what a script can tell apart.</summary>
internal static class ExitCode
{
    public const int Good = 0;

    /// <summary>The server refused the request or did not answer, or a signature is not valid.</summary>
    public const int Refused = 1;

    /// <summary>The command itself is wrong: an unknown option, a file that is not there.</summary>
    public const int BadUsage = 2;

    /// <summary>Stopped by Ctrl-C, as shells count it: 128 and the signal's number.</summary>
    public const int Interrupted = 130;
}

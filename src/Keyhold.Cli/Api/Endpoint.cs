namespace Keyhold.Cli.Api;

/// <summary>Where the server is: a scheme, a host and a port, nothing more, since every request goes to "/".</summary>
internal sealed record Endpoint(Uri Url)
{
    public const string Default = "http://127.0.0.1:8710";

    /// <summary>The value of the Host header, which the signature covers.</summary>
    public string Host => Url.Authority;

    /// <summary>A request that must not leave this machine, not even for a proxy.</summary>
    public bool IsLoopback => Url.IsLoopback;

    public static Endpoint Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new UsageException(
                $"The endpoint \"{text}\" is not an http:// or https:// address. Give it like {Default}."
            );
        }

        if (url.PathAndQuery is not "/" || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            throw new UsageException(
                $"The endpoint \"{text}\" has more than a scheme, a host and a port. Give it like {Default}."
            );
        }

        return new Endpoint(url);
    }

    public override string ToString() => Url.GetLeftPart(UriPartial.Authority);
}

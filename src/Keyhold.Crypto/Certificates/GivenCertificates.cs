namespace Keyhold.Crypto.Certificates;

/// <summary>The certificates of a submission and their places: 0 for the certificate itself, from 1 on its chain as given.</summary>
internal sealed class GivenCertificates
{
    private readonly Dictionary<Certificate, int> places = new(Certificate.SameBytes);

    public GivenCertificates(Certificate leaf, IReadOnlyList<Certificate> chain)
    {
        places[leaf] = 0;
        var distinct = new List<Certificate>(chain.Count);
        for (var i = 0; i < chain.Count; i++)
        {
            if (places.TryAdd(chain[i], i + 1))
            {
                distinct.Add(chain[i]);
            }
        }
        Chain = distinct;
    }

    /// <summary>Each certificate once, in the order given, without the certificate itself.</summary>
    public IReadOnlyList<Certificate> Chain { get; }

    public Finding WithPlace(Finding finding) =>
        finding.Concerned is { } concerned && places.TryGetValue(concerned, out var place)
            ? finding with
            {
                Index = place,
            }
            : finding;
}

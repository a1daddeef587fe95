using System.Formats.Asn1;

namespace Keyhold.Crypto.Certificates;

/// <summary>The names that a CA permits and excludes below itself (RFC 5280 section 4.2.1.10).</summary>
internal sealed class NameConstraints
{
    private static readonly Asn1Tag PermittedTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag ExcludedTag = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag MinimumTag = new(TagClass.ContextSpecific, 0);

    private readonly Dictionary<GeneralName.NameKind, NameSubtree[]> permitted;
    private readonly Dictionary<GeneralName.NameKind, NameSubtree[]> excluded;

    private NameConstraints(IReadOnlyList<NameSubtree> permitted, IReadOnlyList<NameSubtree> excluded)
    {
        All = [.. permitted, .. excluded];
        this.permitted = ByKind(permitted);
        this.excluded = ByKind(excluded);
    }

    public IReadOnlyList<NameSubtree> All { get; }

    /// <summary>None: names of this kind are not limited.</summary>
    public IReadOnlyList<NameSubtree> PermittedOf(GeneralName.NameKind kind) => permitted.GetValueOrDefault(kind, []);

    public IReadOnlyList<NameSubtree> ExcludedOf(GeneralName.NameKind kind) => excluded.GetValueOrDefault(kind, []);

    /// <exception cref="AsnContentException">It is malformed; the message says how.</exception>
    public static NameConstraints Read(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var constraints = new NameConstraints(ReadTrees(sequence, PermittedTag), ReadTrees(sequence, ExcludedTag));
        sequence.ThrowIfNotEmpty();
        return constraints.All.Count > 0 ? constraints : throw new AsnContentException("there is no name in them");
    }

    private static Dictionary<GeneralName.NameKind, NameSubtree[]> ByKind(IEnumerable<NameSubtree> trees) =>
        trees.GroupBy(tree => tree.Kind).ToDictionary(group => group.Key, group => group.ToArray());

    private static List<NameSubtree> ReadTrees(AsnReader sequence, Asn1Tag tag)
    {
        var trees = new List<NameSubtree>();
        if (!sequence.HasData || !sequence.PeekTag().HasSameClassAndValue(tag))
        {
            return trees;
        }
        var list = sequence.ReadSequence(tag);
        while (list.HasData)
        {
            var tree = list.ReadSequence();
            trees.Add(NameSubtree.Read(GeneralName.Read(tree, isConstraint: true)));
            // A minimum of 0 is the default, which some write out.
            if (
                tree.HasData
                && (
                    !tree.PeekTag().HasSameClassAndValue(MinimumTag)
                    || !tree.TryReadInt32(out var minimum, MinimumTag)
                    || minimum != 0
                )
            )
            {
                throw new AsnContentException("a minimum or maximum distance is given, which RFC 5280 forbids");
            }
            tree.ThrowIfNotEmpty();
        }
        return trees;
    }
}

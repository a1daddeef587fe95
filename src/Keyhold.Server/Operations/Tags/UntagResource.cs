using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Tags;

/// <summary>Removes tags from a certificate by their keys; keys that are not there are passed over.</summary>
internal sealed class UntagResource(CertificateStore certificates, TimeProvider time)
    : IOperation<UntagResource.Request, EmptyAnswer>
{
    public OperationInfo Info { get; } =
        new("UntagResource", Effect.ChangesState) { Audited = ["CertificateId", "TagKeys"] };

    internal sealed record Request(CertificateId CertificateId, IReadOnlyList<string> TagKeys) : IOperationRequest
    {
        public Resource Resource => Resource.Certificate(CertificateId);
    }

    public Request Parse(Parameters parameters) => new(TagTarget.Parse(parameters), TagList.ParseKeys(parameters));

    public async ValueTask<EmptyAnswer> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var row = await certificates.RequireAsync(request.CertificateId, stop);
        var removed = request.TagKeys.ToHashSet(StringComparer.Ordinal);
        KeyValuePair<string, string>[] tags = [.. row.Tags.Where(tag => !removed.Contains(tag.Key))];
        if (tags.Length == row.Tags.Count)
        {
            return EmptyAnswer.Instance;
        }

        var changed = row with { Tags = tags, UpdatedAt = time.GetUtcNow() };
        return await certificates.UpdateAsync(changed, upload: null, stop)
            ? EmptyAnswer.Instance
            : throw await certificates.ConflictAsync(request.CertificateId, stop);
    }
}

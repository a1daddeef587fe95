using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Tags;

/// <summary>Adds tags to a certificate; a tag whose key is there already gets the new value.</summary>
internal sealed class TagResource(CertificateStore certificates, TimeProvider time)
    : IOperation<TagResource.Request, EmptyAnswer>
{
    public OperationInfo Info { get; } =
        new("TagResource", Effect.ChangesState) { Audited = ["CertificateId", "Tags"] };

    internal sealed record Request(CertificateId CertificateId, IReadOnlyList<KeyValuePair<string, string>> Tags)
        : IOperationRequest
    {
        public Resource Resource => Resource.Certificate(CertificateId);
    }

    public Request Parse(Parameters parameters) => new(TagTarget.Parse(parameters), TagList.Parse(parameters));

    public async ValueTask<EmptyAnswer> HandleAsync(Request request, Caller caller, CancellationToken stop)
    {
        var row = await certificates.RequireAsync(request.CertificateId, stop);
        var added = request.Tags.Select(tag => tag.Key).ToHashSet(StringComparer.Ordinal);
        KeyValuePair<string, string>[] tags = [.. row.Tags.Where(tag => !added.Contains(tag.Key)), .. request.Tags];
        if (tags.Length > TagList.MaximumPerResource)
        {
            throw new ApiException(
                ErrorCodes.RejectedLimitExceeded,
                $"{ErrorCodes.RejectedLimitExceeded.Text} A certificate has at most {TagList.MaximumPerResource} tags: remove some with UntagResource first."
            );
        }

        var changed = row with { Tags = tags, UpdatedAt = time.GetUtcNow() };
        return await certificates.UpdateAsync(changed, upload: null, stop)
            ? EmptyAnswer.Instance
            : throw await certificates.ConflictAsync(request.CertificateId, stop);
    }
}

using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access.Policies;

namespace Keyhold.Server.Operations.Policies;

/// <summary>The parameter PolicyDocument: what passed here can be stored and compiled later.</summary>
internal static class PolicyDocuments
{
    public const string Parameter = "PolicyDocument";

    /// <summary>The document as it was given, or MalformedPolicyDocument with the place and the reason.</summary>
    public static string Parse(Parameters parameters)
    {
        var document = parameters.Required(Parameter);
        try
        {
            _ = PolicyDocument.Parse(document);
            return document;
        }
        catch (PolicyDocumentException refused)
        {
            throw new ApiException(
                ErrorCodes.MalformedPolicyDocument,
                $"{ErrorCodes.MalformedPolicyDocument.Text} {refused.Message}"
            );
        }
    }
}

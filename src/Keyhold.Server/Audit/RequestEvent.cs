using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Keyhold.Protocol.Answers;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Access;
using Keyhold.Server.Access.Policies;
using Keyhold.Server.Hosting;
using Keyhold.Server.Operations.AccessKeys;
using Keyhold.Server.Operations.Certificates;
using Keyhold.Server.Operations.Policies;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Audit;

/// <summary>
/// Writes a request's event in the shape of ActionTrail (docs/audit.md). Of the parameters only those appear whose values
/// the operation declares as fit to be seen; what it declares as secret appears by name alone, and all else not at all.
/// </summary>
internal sealed class RequestEvent(Installation installation)
{
    public const string Withheld = "(withheld)";

    /// <summary>All of a kind, which names none.</summary>
    private const string AnyId = "*";

    private const int LongestName = 128;
    private const int LongestText = 512;

    private const int LongestMessage = 1024;
    private const int Beginning = 64;

    /// <summary>The whole event.</summary>
    public ReadOnlyMemory<byte> Write(EventFields fields, RequestRecord record)
    {
        var notes = record.Context.Notes;
        var json = WriteWhatIsDone(fields, record, notes.Made);
        if (notes.KeyUsedOutsideValidity)
        {
            json.WriteBoolean("outsideValidity", true);
        }

        if (record.Error is { } error)
        {
            json.WriteString("errorCode", error.Code);
            WriteBounded(json, "errorMessage", record.ErrorMessage ?? "", LongestMessage);
        }

        return fields.Finish();
    }

    /// <summary>What is known when the operation changes something: all but the answer.</summary>
    public ReadOnlyMemory<byte> WriteIntent(EventFields fields, RequestRecord record, AuditMade? made)
    {
        WriteWhatIsDone(fields, record, made is null ? null : Resource.Made(made));
        return fields.Finish();
    }

    /// <summary>The kind in the words of ActionTrail: service and resource type.</summary>
    public static string KindOf(Resource resource) =>
        resource.Kind switch
        {
            "certificate" => "ACS::KMS::Certificate",
            "accesskey" => "ACS::RAM::AccessKey",
            "user" => "ACS::RAM::User",
            "policy" => "ACS::RAM::Policy",
            _ => $"ACS::KMS::{resource.Kind}",
        };

    private Utf8JsonWriter WriteWhatIsDone(EventFields fields, RequestRecord record, Resource? made)
    {
        var json = WriteWhatWasAsked(fields, record);
        WriteResources(json, record.Context.Notes.About, made ?? AccessKeyIn(record));
        return json;
    }

    /// <summary>Rights to an access key go by its user, but who looks for what was done to a key has its id.</summary>
    private static Resource? AccessKeyIn(RequestRecord record) =>
        record.Parameters?.Optional(AccessKeyTarget.Parameter) is { } id ? Resource.AccessKey(id) : null;

    private Utf8JsonWriter WriteWhatWasAsked(EventFields fields, RequestRecord record)
    {
        var json = fields.Begin();
        var context = record.Context;
        json.WriteString("eventType", "ApiCall");
        json.WriteString("eventId", context.RequestId);
        json.WriteNumber("eventVersion", 1);
        WriteBounded(json, "eventSource", record.Host, LongestName);
        WriteBounded(json, "eventName", record.Operation?.Name ?? record.Action, LongestName);
        json.WriteString("eventTime", EventTime.Of(context.ReceivedAt));
        if (record.Operation is { } operation)
        {
            json.WriteString("eventRW", operation.ChangesState ? "Write" : "Read");
            json.WriteString("apiVersion", record.Version);
        }

        json.WriteString("serviceName", "Kms");
        json.WriteString("acsRegion", installation.Region);
        json.WriteBoolean("isGlobal", false);
        json.WriteString("requestId", context.RequestId);
        json.WriteString("sourceIpAddress", context.Origin.Address.ToString());
        WriteBounded(json, "userAgent", context.UserAgent, LongestText);
        WriteIdentity(json, record);
        WriteParameters(json, record);
        return json;
    }

    private static void WriteIdentity(Utf8JsonWriter json, RequestRecord record)
    {
        json.WriteStartObject("userIdentity");
        if (record.Caller is { } caller)
        {
            // acs:ram::account:root, or acs:ram::account:user/name
            var owner = caller.Owner.Split(':', 5);
            var isUser =
                owner is [_, _, _, _, var principal] && principal.StartsWith("user/", StringComparison.Ordinal);
            var name = isUser ? owner[4]["user/".Length..] : "root";
            var account = owner.Length > 3 ? owner[3] : "";
            json.WriteString("type", isUser ? "ram-user" : "root-account");
            json.WriteString("principalId", isUser ? name : account);
            json.WriteString("accountId", account);
            json.WriteString("userName", name);
            json.WriteString("accessKeyId", caller.AccessKeyId);
        }
        else
        {
            json.WriteString("type", "unknown");
            WriteBounded(json, "accessKeyId", record.ClaimedAccessKeyId, LongestName);
        }

        json.WriteEndObject();
    }

    private static void WriteParameters(Utf8JsonWriter json, RequestRecord record)
    {
        if (record is not { Operation: { } operation, Parameters: { } parameters })
        {
            return;
        }

        json.WriteStartObject("requestParameters");
        foreach (var (name, value) in parameters.All)
        {
            if (operation.Audited.Contains(name, StringComparer.Ordinal))
            {
                WriteValue(json, name, value);
            }
            else if (operation.Withheld.Contains(name, StringComparer.Ordinal))
            {
                json.WriteString(name, Withheld);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>A long value by its beginning, its length and the SHA-256 of its UTF-8 form.</summary>
    private static void WriteValue(Utf8JsonWriter json, string name, string value)
    {
        // What a policy grants must be readable in the trail: a document of the longest size that is taken, whole.
        var longest = name is PolicyDocuments.Parameter ? PolicyDocument.MaximumLength : LongestText;
        if (value.Length <= longest)
        {
            json.WriteString(name, value);
            return;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
        json.WriteString(
            name,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{value.AsSpan(0, Beginning)}... ({value.Length} characters, sha256 {hash})"
            )
        );
    }

    private static void WriteResources(Utf8JsonWriter json, Resource? about, Resource? made)
    {
        if (about?.Id is null or AnyId && made?.Id is null)
        {
            return;
        }

        json.WriteStartObject("referencedResources");
        WriteResource(json, about);
        if (
            made is { } other
            && !string.Equals(other.Kind, about is { Id: not null } ? about.Value.Kind : null, StringComparison.Ordinal)
        )
        {
            WriteResource(json, other);
        }

        json.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter json, Resource? resource)
    {
        if (resource is { Id: { } id and not AnyId } named)
        {
            json.WriteStartArray(KindOf(named));
            WriteBounded(json, id, LongestName);
            json.WriteEndArray();
        }
    }

    private static void WriteBounded(Utf8JsonWriter json, string name, string text, int longest)
    {
        json.WritePropertyName(name);
        WriteBounded(json, text, longest);
    }

    /// <summary>Text that strangers may have sent: cut, and without a private key.</summary>
    private static void WriteBounded(Utf8JsonWriter json, string text, int longest)
    {
        if (PrivateKeyLeak.IsIn(text))
        {
            json.WriteStringValue(Withheld);
        }
        else
        {
            json.WriteStringValue(text.AsSpan(0, Math.Min(text.Length, longest)));
        }
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Keyhold.Server.Access.Policies;

/// <summary>
/// Reads a policy document from left to right. What RAM's grammar does not have, a name that comes twice and a value of
/// the wrong kind are refused where they stand.
/// </summary>
internal ref struct PolicyDocumentReader
{
    /// <summary>Far more than 6,144 characters hold in any sensible document; bounds the work of one decision.</summary>
    private const int MaximumPatternLength = 1_024;

    /// <summary>Names come from the document, and a message should stay readable.</summary>
    private const int LongestPlace = 200;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 8 };

    private Utf8JsonReader json;

    public PolicyDocumentReader(string text)
    {
        if (text.Length > PolicyDocument.MaximumLength)
        {
            throw new PolicyDocumentException(
                "The document",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it has {text.Length} characters, and at most {PolicyDocument.MaximumLength} are allowed"
                ),
                "Shorten it with wildcards, or split it into several policies"
            );
        }

        json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), Strict);
    }

    public PolicyDocument Read()
    {
        try
        {
            return ReadDocument();
        }
        catch (JsonException broken)
        {
            throw new PolicyDocumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Line {(broken.LineNumber ?? 0) + 1}, byte {(broken.BytePositionInLine ?? 0) + 1}"
                ),
                "the document is not JSON (RFC 8259) from there on",
                "Check quotation marks, commas and brackets; comments and trailing commas are not allowed"
            );
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader's word for escapes that stand for half a character.
            throw new PolicyDocumentException(
                "The document",
                "a text holds half of a surrogate pair",
                "Write the character itself, or both halves of it"
            );
        }
    }

    private PolicyDocument ReadDocument()
    {
        json.Read();
        RequireObject("The document", "Write {\"Version\":\"1\",\"Statement\":[...]}");
        var names = new HashSet<string>(StringComparer.Ordinal);
        List<PolicyStatement>? statements = null;
        while (ReadName("", names, out var name))
        {
            switch (name)
            {
                case "Version":
                    var version = ReadText("Version");
                    if (version is not "1")
                    {
                        throw Refused(
                            "Version",
                            $"found \"{Shortened(version)}\"",
                            "Write \"Version\": \"1\", the only version there is"
                        );
                    }

                    break;
                case "Statement":
                    statements = ReadStatements();
                    break;
                default:
                    throw Refused(
                        name,
                        "a policy has no such element",
                        "Leave it out; a policy has Version and Statement"
                    );
            }
        }

        // Nothing but white space may follow; the reader itself refuses anything else.
        json.Read();
        RequireNamed(names, "Version", "The document", "Add \"Version\": \"1\"");
        return statements is null
            ? throw Refused(
                "The document",
                "it has no Statement",
                "Add \"Statement\": [...] with at least one statement"
            )
            : new PolicyDocument(statements);
    }

    private List<PolicyStatement> ReadStatements()
    {
        if (json.TokenType is not JsonTokenType.StartArray)
        {
            throw Refused("Statement", $"it is {Kind()}", "Write a list of statements: \"Statement\": [{...}]");
        }

        var statements = new List<PolicyStatement>();
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"Statement[{statements.Count}]");
            RequireObject(place, "Write an object with Effect, Action and Resource");
            statements.Add(ReadStatement(place));
        }

        return statements.Count > 0
            ? statements
            : throw Refused("Statement", "it is empty", "Write at least one statement");
    }

    private PolicyStatement ReadStatement(string place)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        bool? allows = null;
        string[]? actions = null;
        string[]? resources = null;
        var exceptActions = false;
        PolicyCondition[] conditions = [];
        while (ReadName(place + ".", names, out var name))
        {
            var here = $"{place}.{name}";
            switch (name)
            {
                case "Effect":
                    allows = ReadEffect(here);
                    break;
                case "Action" or "NotAction":
                    if (actions is not null)
                    {
                        throw Refused(here, "the statement has Action and NotAction", "Keep one of the two");
                    }

                    actions = ReadTexts(here, RequireAction);
                    exceptActions = name is "NotAction";
                    break;
                case "Resource":
                    resources = ReadTexts(here, RequireResource);
                    break;
                case "Condition":
                    conditions = ReadConditions(here);
                    break;
                default:
                    throw Refused(
                        here,
                        ReasonAgainst(name),
                        "Leave it out; a statement has Effect, Action or NotAction, Resource and Condition"
                    );
            }
        }

        RequireNamed(names, "Effect", place, "Add \"Effect\": \"Allow\" or \"Effect\": \"Deny\"");
        RequireNamed(names, "Resource", place, "Add \"Resource\", which may be \"*\"");
        return actions is null
            ? throw Refused(
                place,
                "it has neither Action nor NotAction",
                "Add \"Action\", such as \"kms:DescribeCertificate\""
            )
            : new PolicyStatement(
                allows!.Value,
                [.. actions.Select(action => new Wildcard(action, ignoreCase: true))],
                exceptActions,
                [.. resources!.Select(resource => new Wildcard(resource, ignoreCase: false))],
                conditions
            );
    }

    private bool ReadEffect(string place)
    {
        var effect = ReadText(place);
        return effect switch
        {
            "Allow" => true,
            "Deny" => false,
            _ => throw Refused(place, $"found \"{Shortened(effect)}\"", "Write \"Allow\" or \"Deny\""),
        };
    }

    private PolicyCondition[] ReadConditions(string place)
    {
        RequireObject(place, "Write an object: {\"IpAddress\": {\"acs:SourceIp\": \"10.0.0.0/8\"}}");
        var operators = new HashSet<string>(StringComparer.Ordinal);
        var conditions = new List<PolicyCondition>();
        while (ReadName(place + ".", operators, out var name))
        {
            var here = $"{place}.{name}";
            if (!ConditionOperators.TryFind(name, out var make))
            {
                throw Refused(
                    here,
                    "RAM has no such operator",
                    $"Use one of {string.Join(", ", ConditionOperators.Names)}"
                );
            }

            RequireObject(here, "Write an object of keys and values: {\"acs:SourceIp\": \"10.0.0.0/8\"}");
            var keys = new HashSet<string>(StringComparer.Ordinal);
            var before = conditions.Count;
            while (ReadName(here + ".", keys, out var keyName))
            {
                var there = $"{here}.{keyName}";
                var key =
                    ConditionKey.Parse(keyName, out var reason, out var remedy) ?? throw Refused(there, reason, remedy);
                var values = ReadTexts(there, static (_, _) => { });
                conditions.Add(
                    make(
                        key,
                        values,
                        (at, complaint) =>
                            throw Refused(
                                values.Length == 1
                                    ? there
                                    : string.Create(CultureInfo.InvariantCulture, $"{there}[{at}]"),
                                $"found \"{Shortened(values[at])}\": {complaint}",
                                "Correct the value"
                            )
                    )
                );
            }

            if (conditions.Count == before)
            {
                throw Refused(here, "it has no key", "Add a key and its values, or leave the operator out");
            }
        }

        return [.. conditions];
    }

    /// <summary>A text, or a list of at least one.</summary>
    private string[] ReadTexts(string place, Action<string, string> require)
    {
        if (json.TokenType is not JsonTokenType.StartArray)
        {
            var single = ReadText(place);
            require(place, single);
            return [single];
        }

        var texts = new List<string>();
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            var here = string.Create(CultureInfo.InvariantCulture, $"{place}[{texts.Count}]");
            var text = ReadText(here);
            require(here, text);
            texts.Add(text);
        }

        return texts.Count > 0 ? [.. texts] : throw Refused(place, "the list is empty", "Give at least one value");
    }

    private string ReadText(string place)
    {
        if (json.TokenType is not JsonTokenType.String)
        {
            throw Refused(place, $"it is {Kind()}", "Write a text in quotation marks; numbers, true and false too");
        }

        var text = json.GetString()!;
        return text.Length <= MaximumPatternLength
            ? text
            : throw Refused(
                place,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it has {text.Length} characters, and at most {MaximumPatternLength} are allowed"
                ),
                "Shorten it with a wildcard"
            );
    }

    private static void RequireAction(string place, string action)
    {
        var colon = action.IndexOf(':', StringComparison.Ordinal);
        if (action is not "*" && (colon <= 0 || colon == action.Length - 1 || action.Any(char.IsWhiteSpace)))
        {
            throw Refused(
                place,
                $"found \"{Shortened(action)}\"",
                "Write service:Operation, such as kms:DescribeCertificate or kms:*"
            );
        }
    }

    private static void RequireResource(string place, string resource)
    {
        if (
            resource is not "*"
            && !(resource.StartsWith("acs:", StringComparison.Ordinal) && resource.Split(':').Length >= 5)
        )
        {
            throw Refused(
                place,
                $"found \"{Shortened(resource)}\"",
                "Write * or an ARN with five parts: acs:kms:<region>:<account>:certificate/<id>, with wildcards as needed"
            );
        }
    }

    /// <summary>The next name of the object that is being read, with the reader on its value; false at the object's end.</summary>
    private bool ReadName(string prefix, HashSet<string> names, out string name)
    {
        name = "";
        json.Read();
        if (json.TokenType is JsonTokenType.EndObject)
        {
            return false;
        }

        name = json.GetString()!;
        if (!names.Add(name))
        {
            throw Refused(
                prefix + Shortened(name),
                "the name comes twice",
                "Give it once, with a list of values if need be"
            );
        }

        json.Read();
        return true;
    }

    private void RequireObject(string place, string remedy)
    {
        if (json.TokenType is not JsonTokenType.StartObject)
        {
            throw Refused(place, $"it is {Kind()}", remedy);
        }
    }

    private static void RequireNamed(HashSet<string> names, string name, string place, string remedy)
    {
        if (!names.Contains(name))
        {
            throw Refused(place, $"it has no {name}", remedy);
        }
    }

    private string Kind() =>
        json.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            JsonTokenType.String => "a text",
            JsonTokenType.Number => "a number",
            JsonTokenType.True or JsonTokenType.False => "true or false without quotation marks",
            _ => "null",
        };

    private static string ReasonAgainst(string name) =>
        name is "Principal" or "NotPrincipal"
            ? "a policy that is attached to a user has no such element, since the user is who is meant"
            : "RAM's statements have no such element";

    private static string Shortened(string text) => text.Length <= 64 ? text : text[..64] + "...";

    private static PolicyDocumentException Refused(string place, string reason, string remedy) =>
        new(
            place.Length switch
            {
                0 => "\"\"",
                <= LongestPlace => place,
                _ => place[..LongestPlace] + "...",
            },
            reason,
            remedy
        );
}

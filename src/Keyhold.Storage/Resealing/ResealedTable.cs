namespace Keyhold.Storage.Resealing;

/// <summary>
/// A table whose rows are under HMACs, as a rotation of the data key sees it: its columns in canonical order, the ones
/// that a later migration added, and the one that holds a sealed secret. Every table with a mac_key_id is in
/// <see cref="All"/>; a test compares with the schema.
/// </summary>
internal sealed record ResealedTable
{
    public static readonly IReadOnlyList<ResealedTable> All =
    [
        new(
            "access_keys",
            ["access_key_id", "revision", "owner", "sealed_secret", "status", "created_at"],
            SealedColumn: "sealed_secret"
        ),
        new("audit_intents", ["request_id", "revision", "begun_at", "event", "node"], FirstAddedColumn: 4),
        new(
            "audit_keys",
            ["node", "revision", "public_key", "sealed_private_key", "created_at"],
            SealedColumn: "sealed_private_key"
        ),
        new("access_key_uses", ["access_key_id", "used_at", "action", "source"]),
        new("expiry_notices", ["certificate_id", "sha256", "revision", "days", "said_at"]),
        new(
            "users",
            ["user_name", "revision", "user_id", "display_name", "comments", "attachments", "created_at", "updated_at"]
        ),
        new(
            "policies",
            [
                "policy_name",
                "revision",
                "description",
                "versions",
                "default_version",
                "last_version",
                "created_at",
                "updated_at",
            ]
        ),
        new(
            "certificates",
            [
                "certificate_id",
                "revision",
                "status",
                "key_spec",
                "exportable_private_key",
                "current_upload",
                "upload_count",
                "created_at",
                "updated_at",
                "public_key_sha256",
                "subject",
                "subject_alternative_names",
                "tags",
                "csr",
                "public_key",
                "sealed_private_key",
                "encryption_sha256",
            ],
            SealedColumn: "sealed_private_key",
            FirstAddedColumn: 16
        ),
        new(
            "certificate_uploads",
            [
                "certificate_id",
                "upload_id",
                "revision",
                "serial",
                "not_before",
                "not_after",
                "signature_algorithm",
                "subject_key_identifier",
                "sha256",
                "uploaded_at",
                "subject",
                "issuer",
                "subject_alternative_names",
                "warnings",
                "certificate",
                "certificate_chain",
            ]
        ),
        new(
            "encryption_certificates",
            [
                "certificate_id",
                "revision",
                "serial",
                "not_before",
                "not_after",
                "sha256",
                "imported_at",
                "warnings",
                "certificate",
                "certificate_chain",
                "public_key",
                "sealed_private_key",
            ],
            SealedColumn: "sealed_private_key"
        ),
    ];

    private ResealedTable(
        string Name,
        IReadOnlyList<string> Columns,
        string? SealedColumn = null,
        int FirstAddedColumn = int.MaxValue
    )
    {
        this.Name = Name;
        this.Columns = Columns;
        this.FirstAddedColumn = FirstAddedColumn;
        SealedPlace = SealedColumn is null ? -1 : Columns.ToList().IndexOf(SealedColumn);
        var due = SealedColumn is null
            ? "mac_key_id <> @key"
            : $"(mac_key_id <> @key OR substr({SealedColumn}, 1, 8) <> @header)";
        CountDue = $"SELECT COUNT(*) FROM {Name} WHERE {due}";
        ListDue = $"""
            SELECT rowid, {string.Join(", ", Columns)}, mac_key_id, mac
            FROM {Name} WHERE rowid > @after AND {due} ORDER BY rowid LIMIT @limit
            """;
        Update = $"""
            UPDATE {Name} SET {(SealedColumn is null ? "" : $"{SealedColumn} = @sealed, ")}mac_key_id = @key, mac = @mac
            WHERE rowid = @rowid AND mac = @mac_before
            """;
    }

    public string Name { get; }

    /// <summary>All columns but mac_key_id and mac; the first is the row's id.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>From this column on, null adds nothing to the canonical form.</summary>
    public int FirstAddedColumn { get; }

    /// <summary>Which column holds a sealed secret; -1 when none does.</summary>
    public int SealedPlace { get; }

    public bool HoldsSecrets => SealedPlace >= 0;

    public string CountDue { get; }

    public string ListDue { get; }

    /// <summary>Changes no row when it is no longer the one that was read: its HMAC covers its revision and all else.</summary>
    public string Update { get; }
}

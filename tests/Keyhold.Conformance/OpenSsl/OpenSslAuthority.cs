using System.Security.Cryptography;

namespace Keyhold.Conformance.OpenSsl;

/// <summary>A root and an intermediate authority kept by the OpenSSL program, which answers CSRs.</summary>
internal sealed class OpenSslAuthority : IDisposable
{
    private const string Configuration = """
        [req]
        prompt = no
        distinguished_name = name
        [name]
        C = CN
        O = Conformance
        CN = placeholder
        [authority]
        basicConstraints = critical,CA:TRUE
        keyUsage = critical,keyCertSign,cRLSign
        subjectKeyIdentifier = KEY_IDENTIFIER
        [intermediate]
        basicConstraints = critical,CA:IS_AUTHORITY
        keyUsage = critical,keyCertSign,cRLSign
        subjectKeyIdentifier = KEY_IDENTIFIER
        [leaf]
        basicConstraints = critical,CA:FALSE
        keyUsage = critical,digitalSignature
        subjectKeyIdentifier = hash
        authorityKeyIdentifier = keyid
        [encryption]
        basicConstraints = critical,CA:FALSE
        keyUsage = critical,keyEncipherment,dataEncipherment,keyAgreement
        subjectKeyIdentifier = hash
        authorityKeyIdentifier = keyid
        [ca]
        default_ca = dated
        [dated]
        database = index.txt
        rand_serial = yes
        unique_subject = no
        new_certs_dir = .
        default_md = DIGEST
        copy_extensions = copy
        policy = anything
        [anything]
        C = optional
        O = optional
        OU = optional
        CN = supplied
        """;

    private readonly OpenSslFolder _folder = new();
    private readonly string _keySpec;

    private OpenSslAuthority(string keySpec) => _keySpec = keySpec;

    public string Root => _folder.ReadText("root.pem");
    public string Intermediate => _folder.ReadText("intermediate.pem");

    /// <summary>As the API wants it: the issuer first, the root last.</summary>
    public string Chain => Intermediate + Root;

    private string Digest => _keySpec is Specs.Sm2 ? "sm3" : "sha256";
    private string SignOptions => _keySpec is Specs.Sm2 ? $"-sigopt distid:{Specs.Sm2Identity}" : "";
    private string VerifyOptions => _keySpec is Specs.Sm2 ? $"-vfyopt distid:{Specs.Sm2Identity}" : "";

    /// <summary>
    /// Makes both authorities. The key identifier is a hash of the key, or the hex text given; an intermediate that is
    /// no authority says so in its basic constraints.
    /// </summary>
    public static async Task<OpenSslAuthority> CreateAsync(
        string keySpec,
        string name = "Conformance",
        string keyIdentifier = "hash",
        bool intermediateIsAuthority = true
    )
    {
        var authority = new OpenSslAuthority(keySpec);
        authority._folder.Write(
            "openssl.cnf",
            Configuration
                .Replace("DIGEST", authority.Digest, StringComparison.Ordinal)
                .Replace("KEY_IDENTIFIER", keyIdentifier, StringComparison.Ordinal)
                .Replace("IS_AUTHORITY", intermediateIsAuthority ? "TRUE" : "FALSE", StringComparison.Ordinal)
        );
        await authority.CreateKeysAndCertificatesAsync(name);
        return authority;
    }

    /// <summary>Answers a CSR as it asks, or as more options of <c>openssl x509 -req</c> change it.</summary>
    public async Task<string> IssueAsync(string csr, string section = "leaf", string more = "")
    {
        var name = WriteRequest(csr);
        var serial = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        await _folder.RunAsync(
            $"x509 -req -in {name}.csr -CA intermediate.pem -CAkey intermediate.key -set_serial 0x{serial} -days 365 "
                + $"-copy_extensions copy -extfile openssl.cnf -extensions {section} -out {name}.pem {more} "
                + $"-{Digest} {SignOptions} {VerifyOptions}"
        );
        return _folder.ReadText($"{name}.pem");
    }

    /// <summary>Answers a CSR with a validity that begins and ends when told.</summary>
    public async Task<string> IssueDatedAsync(string csr, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        // `openssl x509 -req` can only start now, so this is the older `openssl ca` with its own little database.
        var name = WriteRequest(csr);
        _folder.Write(
            $"{name}.cnf",
            _folder.ReadText("openssl.cnf").Replace("index.txt", $"{name}.index", StringComparison.Ordinal)
        );
        _folder.Write($"{name}.index", "");
        await _folder.RunAsync(
            $"ca -batch -notext -config {name}.cnf -in {name}.csr -cert intermediate.pem -keyfile intermediate.key "
                + $"-startdate {notBefore:yyyyMMddHHmmss}Z -enddate {notAfter:yyyyMMddHHmmss}Z "
                + $"-extensions leaf -out {name}.pem {SignOptions} {VerifyOptions}"
        );
        return _folder.ReadText($"{name}.pem");
    }

    public void Dispose() => _folder.Dispose();

    private async Task CreateKeysAndCertificatesAsync(string name)
    {
        await CreateKeyAsync("root");
        await CreateKeyAsync("intermediate");
        await _folder.RunAsync(
            $"req -config openssl.cnf -new -x509 -key root.key -subj /C=CN/O={name}/CN={name}-Root -days 3650 "
                + $"-extensions authority -out root.pem -{Digest} {SignOptions}"
        );
        await _folder.RunAsync(
            $"req -config openssl.cnf -new -key intermediate.key -subj /C=CN/O={name}/CN={name}-Intermediate "
                + $"-out request.csr -{Digest} {SignOptions}"
        );
        await _folder.RunAsync(
            "x509 -req -in request.csr -CA root.pem -CAkey root.key -set_serial 2 -days 2000 -extfile openssl.cnf "
                + $"-extensions intermediate -out intermediate.pem -{Digest} {SignOptions} {VerifyOptions}"
        );
    }

    private async Task CreateKeyAsync(string name) =>
        await _folder.RunAsync($"genpkey {OpenSslKeys.GenerateOptions(_keySpec)} -out {name}.key");

    private string WriteRequest(string csr)
    {
        var name = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        _folder.Write($"{name}.csr", csr);
        return name;
    }
}

using Keyhold.Server.Audit;
using Keyhold.Server.Metrics;
using Keyhold.Server.Pipeline;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>
/// Flags uses of a private key outside its certificate's NotBefore..NotAfter. They succeed, as in the real
/// service, which has no expired status; but somebody should know.
/// </summary>
internal sealed class ValidityWatch(Instruments instruments, TimeProvider time)
{
    public void Note(OperationInfo operation, UploadRow? current)
    {
        if (current is not null)
        {
            Note(operation, current.NotBefore, current.NotAfter);
        }
    }

    public void Note(OperationInfo operation, EncryptionCertificateRow encryption) =>
        Note(operation, encryption.NotBefore, encryption.NotAfter);

    private void Note(OperationInfo operation, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var now = time.GetUtcNow();
        if (now < notBefore || now > notAfter)
        {
            instruments.KeyUsedOutsideValidity(operation.Name);
            if (RequestNotes.Current is { } notes)
            {
                notes.KeyUsedOutsideValidity = true;
            }
        }
    }
}

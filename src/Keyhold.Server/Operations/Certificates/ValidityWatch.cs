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
        var now = time.GetUtcNow();
        if (current is not null && (now < current.NotBefore || now > current.NotAfter))
        {
            instruments.KeyUsedOutsideValidity(operation.Name);
        }
    }
}

using System.Buffers;
using System.Text;
using CsCheck;
using Keyhold.Server.Control;
using Keyhold.Server.RootKeys;

namespace Keyhold.Server.Tests.Control;

public class ControlRequestTests
{
    [Fact]
    public void A_request_is_read_as_it_was_written()
    {
        Gen.Select(Gen.Enum<ControlCommand>(), Gen.String.Null(), Gen.Byte.Array[0, 1024], Gen.Byte.Array[0, 1024])
            .Sample(
                (command, to, passphrase, newPassphrase) =>
                {
                    // A lone surrogate is no text: JSON writes it as U+FFFD.
                    to = to is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(to));
                    using var request = new ControlRequest
                    {
                        Command = command,
                        To = to,
                        Passphrase = passphrase,
                        NewPassphrase = newPassphrase,
                    };
                    var buffer = new ArrayBufferWriter<byte>();
                    request.Write(buffer);
                    Assert.Equal(buffer.WrittenCount - 1, buffer.WrittenSpan.IndexOf((byte)'\n'));
                    using var read = ControlRequest.Read(buffer.WrittenSpan);
                    Assert.NotNull(read);
                    Assert.Equal((command, to), (read.Command, read.To));
                    Assert.Equal(passphrase, read.Passphrase);
                    Assert.Equal(newPassphrase, read.NewPassphrase);
                },
                iter: 1_000
            );
    }

    [Fact]
    public void Facts_are_read_as_they_were_written()
    {
        using var request = new ControlRequest
        {
            Command = ControlCommand.RecordBackup,
            Facts = [("file", "/backups/\"a\"\n.backup"), ("rows", "7")],
        };
        var buffer = new ArrayBufferWriter<byte>();
        request.Write(buffer);
        using var read = ControlRequest.Read(buffer.WrittenSpan);
        Assert.Equal(request.Facts, read!.Facts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("seal")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"command\":\"explode\"}")]
    [InlineData("{\"command\":1}")]
    [InlineData("{\"command\":\"seal\"")]
    [InlineData("{\"command\":\"unseal\",\"passphrase\":\"***\"}")]
    [InlineData("{\"command\":\"seal\",\"more\":1}")]
    [InlineData("{\"command\":\"record-backup\",\"facts\":\"file\"}")]
    [InlineData("{\"facts\":\"file\",\"command\":\"record-backup\"}")]
    [InlineData("{\"command\":\"record-backup\",\"facts\":{\"file\":1}}")]
    [InlineData("{\"command\":\"record-backup\",\"facts\":{\"file\":null}}")]
    [InlineData("{\"command\":\"record-backup\",\"facts\":{\"file\":{}}}")]
    [InlineData("{\"command\":\"record-backup\",\"facts\":[\"file\"]}")]
    [InlineData("{\"command\":\"seal\"} {}")]
    [InlineData("{\"command\":\"unseal\",\"passphrase\":\"YQ==\",\"passphrase\":\"Yg==\"}")]
    public void What_is_no_request_is_none(string line) =>
        Assert.Null(ControlRequest.Read(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void No_bytes_make_the_reader_fail() =>
        Gen.Byte.Array[0, 200].Sample(bytes => ControlRequest.Read(bytes)?.Dispose(), iter: 10_000);

    [Fact]
    public void An_answer_is_read_as_it_was_written()
    {
        var answer = new ControlAnswer
        {
            IsEnd = false,
            IsSealed = true,
            RootKeyProvider = "file",
            RootKeyPlace = "file:/x",
            Note = "a note",
            Failure = "a failure",
            DataKeyId = 7,
            Rotation = new RotationProgress(1, 2, ["a row"], IsFinished: false, "why"),
        };
        var read = ControlAnswer.Read(Encoding.UTF8.GetString(answer.Write().Span));
        Assert.Equivalent(answer, read, strict: true);
        Assert.Null(ControlAnswer.Read("{}"));
        Assert.Null(ControlAnswer.Read("sealed"));
    }
}

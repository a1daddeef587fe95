using System.Reflection;

namespace Keyhold.Protocol.Tests;

public sealed class ErrorCodesTests
{
    [Fact]
    public void The_list_holds_every_row_once()
    {
        var rows = typeof(ErrorCodes)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (ErrorCode)field.GetValue(null)!)
            .ToList();

        Assert.Equal(rows.Count, ErrorCodes.All.Count);
        Assert.Equal(
            rows.OrderBy(row => row.Code, StringComparer.Ordinal),
            ErrorCodes.All.OrderBy(row => row.Code, StringComparer.Ordinal)
        );
        Assert.Equal(rows.Count, rows.DistinctBy(row => row.Code, StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Every_row_has_a_client_or_server_error_status_and_a_text() =>
        Assert.All(
            ErrorCodes.All,
            row =>
            {
                Assert.InRange(row.HttpStatus, 400, 599);
                Assert.NotEmpty(row.Text);
                // Client SDKs take the text behind a colon for a string to sign.
                Assert.DoesNotContain(':', row.Text);
            }
        );

    [Fact]
    public void An_exception_without_message_has_its_rows_text() =>
        Assert.Equal("Internal Failure.", new ApiException(ErrorCodes.InternalFailure).Message);

    [Fact]
    public void A_refused_parameter_reads_as_one_paragraph() =>
        Assert.Equal(
            "The specified parameter is not valid. Subject: C is missing. Add C=CN.",
            ApiException.InvalidParameter("Subject", "C is missing", "Add C=CN").Message
        );
}

using System.Text;
using Drawdown.Domain;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Idempotency;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests;

/// <summary>What a test expects of a request's outcome.</summary>
internal static class Outcomes
{
    /// <summary>It went through.</summary>
    public static async Task<Written> Written(this Task<Outcome<Written>> sending) =>
        Assert.IsType<Outcome<Written>.Accepted>(await sending).Value;

    /// <summary>It did not.</summary>
    public static async Task<Refusal> Refusal(this Task<Outcome<Written>> sending) =>
        Assert.IsType<Outcome<Written>.Refused>(await sending).Refusal;

    /// <summary>It is the answer of this request's commit of this version.</summary>
    public static void IsAnswerOf(this Written written, Request request, long version)
    {
        var id = request.Operation.By.RequestId;
        Assert.Equal(
            $"201 {{\"request\":\"{id}\",\"version\":{version}}} \"{version}\" /made/{id}",
            written.Answer.AsText()
        );
    }

    /// <summary>All of an answer, to be compared.</summary>
    public static string AsText(this StoredAnswer answer) =>
        $"{answer.Status} {Encoding.UTF8.GetString(answer.Body.Span)} {answer.ETag} {answer.Location}";
}

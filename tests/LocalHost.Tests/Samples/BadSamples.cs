using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Drawdown.LocalHost.Tests.Samples;

/// <summary>Functions that cannot be hosted, each for one reason.</summary>
public static class BadSamples
{
    private static readonly IResult Ok = TypedResults.Ok();

    public static class CatchAll
    {
        [Function("Everything")]
        public static IResult Run([HttpTrigger("get", Route = "api/{*rest}")] HttpRequest request) => Ok;
    }

    public static class UnbindableParameter
    {
        [Function("ById")]
        public static IResult Run([HttpTrigger("get", Route = "items/{id}")] HttpRequest request, Guid id) => Ok;
    }

    public static class UnbindableTrigger
    {
        [Function("Untyped")]
        public static IResult Run([HttpTrigger("get", Route = "untyped")] string request) => Ok;
    }

    public static class ValueTaskAnswer
    {
        [Function("Valued")]
        public static ValueTask<IResult> Run([HttpTrigger("get", Route = "valued")] HttpRequest request) => new(Ok);
    }

    public static class MalformedRoute
    {
        [Function("Malformed")]
        public static IResult Run([HttpTrigger("get", Route = "items/{id")] HttpRequest request) => Ok;
    }

    public static class ReservedRoute
    {
        [Function("Admin")]
        public static IResult Run([HttpTrigger("get", Route = "Administration/users")] HttpRequest request) => Ok;
    }

    public static class SameRoute
    {
        [Function("One")]
        public static IResult One([HttpTrigger("get", "put", Route = "items/{id}")] HttpRequest request) => Ok;

        [Function("Other")]
        public static IResult Other([HttpTrigger("PUT", Route = "Items/{key}")] HttpRequest request) => Ok;
    }

    public static class SameName
    {
        [Function("Twin")]
        public static IResult One([HttpTrigger("get", Route = "one")] HttpRequest request) => Ok;

        [Function("twin")]
        public static IResult Other([HttpTrigger("get", Route = "other")] HttpRequest request) => Ok;
    }

    public static class NoTrigger
    {
        [Function("Idle")]
        public static IResult Run(HttpRequest request) => Ok;
    }

    public static class NotPublic
    {
        [Function("Hidden")]
        internal static IResult Run([HttpTrigger("get", Route = "hidden")] HttpRequest request) => Ok;
    }

    public static class UnbindableMessage
    {
        [Function("Typed")]
        public static void Run([QueueTrigger("messages")] Uri message) { }
    }

    public static class MessageAnswer
    {
        [Function("Answering")]
        public static Task<string> Run([QueueTrigger("messages")] string message) => Task.FromResult(message);
    }

    public static class BadQueue
    {
        [Function("Shouting")]
        public static void Run([QueueTrigger("MESSAGES")] string message) { }
    }

    public static class FiveFields
    {
        [Function("Crontab")]
        public static void Run([TimerTrigger("*/5 * * * *")] TimerInfo timer) { }
    }

    public static class NeverDue
    {
        [Function("Thirtieth")]
        public static void Run([TimerTrigger("0 0 0 30 2 *")] TimerInfo timer) { }
    }

    public static class UnknownSetting
    {
        [Function("Configured")]
        public static void Run([TimerTrigger("%No:Such:Schedule%")] TimerInfo timer) { }
    }

    public sealed class UnknownService(IFormattable service)
    {
        [Function("Dependent")]
        public IResult Run([HttpTrigger("get", Route = "dependent")] HttpRequest request) =>
            TypedResults.Ok(service.ToString());
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Drawdown.Domain;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Ledger;
using Drawdown.Domain.Money;
using Drawdown.Domain.Rating;
using Drawdown.Domain.Subscriptions;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Functions.Plans;
using Drawdown.Functions.Service;
using Drawdown.Functions.Subscriptions;
using Drawdown.Storage.Idempotency;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;

namespace Drawdown.Functions.Tests.OpenApi;

/// <summary>The document is as good as what keeps it true.</summary>
public sealed partial class OpenApiDocumentTests
{
    private static readonly OpenApiSchemas Schemas = OpenApiSchemas.Ours;

    private const string InvoiceLines = "#/components/schemas/Invoice/properties/line_items/description";
    private const string RedeemAccount =
        "#/paths/~1incoming~1v2~1clients~1creditAccounts~1{id}~1redeem/post/description";
    private const string ChangePrepaidUnits =
        "#/paths/~1api~1subscriptions~1{subscription_id}~1components~1{metric_id}~1change_prepaid_units~1/post/description";

    public static TheoryData<string, decimal, string> Limits =>
        new()
        {
            { "#/components/schemas/ShortText/maxLength", TextRules.NameLength, "" },
            { "#/components/schemas/LongText/maxLength", TextRules.DescriptionLength, "" },
            { "#/components/schemas/NewCustomer/properties/email/maxLength", TextRules.EmailLength, "" },
            { "#/components/schemas/GivenMetadata/description", TextRules.MetadataBytes, "bytes of JSON" },
            { "#/components/parameters/IdempotencyKey/schema/maxLength", IdempotencyKey.MaxLength, "" },
            { "#/components/parameters/Cursor/schema/maxLength", TextRules.NameLength, "" },
            { "#/components/parameters/Limit/schema/maximum", Page.MaxLimit, "" },
            { "#/components/parameters/Limit/schema/default", Page.MaxLimit, "" },
            { "#/components/schemas/Drawdown/properties/entries/maxItems", CreditDecisions.MaxCreditsPerOperation, "" },
            { "#/components/schemas/Reversal/properties/entries/maxItems", CreditDecisions.MaxCreditsPerOperation, "" },
            { InvoiceLines, CreditDecisions.MaxCreditsPerOperation, "of them" },
            { ChangePrepaidUnits, Charge.MaxTaken, "such increases" },
            { ChangePrepaidUnits, PrepaidComponent.MaxSegments - 1, "times within a period" },
            { "#/components/schemas/PageInfo/properties/perPage/const", IncomingPage.Size, "" },
            { "#/components/parameters/PageNumber/description", IncomingPage.Size, "items" },
            { "#/components/schemas/NewAllocation/properties/amount/maximum", BatchBalances.Largest, "" },
            { "#/components/schemas/NewCreditBatch/properties/startingBalance/maximum", BatchBalances.Largest, "" },
            { RedeemAccount, AllocationDecisions.MaxBatchesPerRedemption, "batches at most" },
            { "#/info/description", JsonBody.MaxBytes / 1024m / 1024m, "MiB at most" },
            { "#/info/description", (decimal)IdempotencyKey.Lifetime.TotalDays, "days" },
            { "#/info/description", ExactDecimal.MaxWholeDigits, "digits before the decimal point" },
            { "#/info/description", ExactDecimal.MaxDecimalPlaces, "after it" },
        };

    [Fact]
    public void Every_HTTP_function_is_described_under_its_own_name_and_nothing_else_is()
    {
        var described = Schemas
            .Operations()
            .Select(operation => new HttpFunction(operation.Id, operation.Method, operation.Path.TrimEnd('/')));

        Assert.Equal(Sorted(HttpFunctions.All), Sorted(described));

        static IEnumerable<string> Sorted(IEnumerable<HttpFunction> functions) =>
            functions.Select(function => function.ToString()).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Every_path_describes_exactly_the_parameters_that_it_has()
    {
        foreach (var operation in Schemas.Operations())
        {
            var described = operation
                .Parameters.Where(parameter => parameter.GetProperty("in").ValueEquals("path"))
                .Select(parameter => $"{{{parameter.GetProperty("name")}}}");

            Assert.Equal(operation.Path.Split('/').Where(segment => segment.StartsWith('{')), described);
        }
    }

    [Fact]
    public void Every_write_takes_an_idempotency_key_and_every_operation_has_a_known_tag()
    {
        var tags = Schemas.At("#/tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()!).ToList();
        foreach (var operation in Schemas.Operations())
        {
            var headers = operation.Parameters.Select(parameter => parameter.GetProperty("name").GetString()!);

            // A preview changes nothing, so there is nothing to repeat.
            var isWrite = operation.Method is not "GET" && operation.Id != nameof(PreviewPrepaidUnits);
            Assert.Equal(isWrite, headers.Contains("Idempotency-Key", StringComparer.Ordinal));
            Assert.Contains(operation.Source.GetProperty("tags")[0].GetString()!, tags);
        }
    }

    [Fact]
    public void Every_operation_that_takes_If_Match_may_answer_412_and_no_other_may()
    {
        foreach (var operation in Schemas.Operations())
        {
            var headers = operation.Parameters.Select(parameter => parameter.GetProperty("name").GetString()!);

            Assert.Equal(
                headers.Contains("If-Match", StringComparer.Ordinal),
                operation.Responses.TryGetProperty("412", out _)
            );
        }
    }

    [Fact]
    public void Every_reference_leads_somewhere_and_every_component_is_referred_to()
    {
        var references = Descendants(Schemas.Root)
            .Where(node => node.Name is "$ref")
            .Select(node => node.Value.GetString()!)
            .ToHashSet(StringComparer.Ordinal);
        Assert.All(references, reference => Schemas.At(reference));

        var components =
            from kind in Schemas.At("#/components").EnumerateObject()
            where kind.Name is not "securitySchemes"
            from component in kind.Value.EnumerateObject()
            select $"#/components/{kind.Name}/{component.Name}";
        Assert.Empty(components.Except(references, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_body_has_examples_and_they_are_as_their_schema_says()
    {
        var faults =
            from media in Descendants(Schemas.Root)
            where media.Name is "application/json" or "application/problem+json"
            where !media.Path.Contains("openapi.json", StringComparison.Ordinal)
            let examples = media.Value.GetProperty("examples").EnumerateObject().ToList()
            from fault in examples.Count == 0
                ? ["There is none."]
                : examples.SelectMany(example =>
                    Schemas.Faults(
                        Schemas.Resolve(example.Value).GetProperty("value"),
                        media.Value.GetProperty("schema")
                    )
                )
            select $"{media.Path}: {fault}";

        Assert.Empty(faults);
    }

    [Fact]
    public void Every_example_of_a_parameter_or_a_header_is_as_its_schema_says()
    {
        var faults =
            from holder in Descendants(Schemas.Root)
            where holder.Value.ValueKind is JsonValueKind.Object
            where holder.Value.TryGetProperty("example", out _) && holder.Value.TryGetProperty("schema", out _)
            from fault in Schemas.Faults(holder.Value.GetProperty("example"), holder.Value.GetProperty("schema"))
            select $"{holder.Path}: {fault}";

        Assert.Empty(faults);
    }

    [Fact]
    public void Request_bodies_are_closed_on_the_Lotus_side_and_open_on_the_Incoming_side()
    {
        foreach (var operation in Schemas.Operations())
            if (operation.Source.TryGetProperty("requestBody", out var body))
            {
                var schema = body.GetProperty("content").GetProperty("application/json").GetProperty("schema");

                Assert.Equal(
                    operation.IsIncoming,
                    Schemas.Resolve(schema).GetProperty("additionalProperties").GetBoolean()
                );
            }
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void The_limits_are_those_of_the_code(string reference, decimal limit, string unit)
    {
        var documented = Schemas.At(reference);
        if (documented.ValueKind is JsonValueKind.Number)
            Assert.Equal(limit, documented.GetDecimal());
        else
            Assert.Contains(
                string.Create(CultureInfo.InvariantCulture, $"{limit:0} {unit}"),
                documented.GetString(),
                StringComparison.Ordinal
            );
    }

    [Theory]
    [InlineData("NewPlanVersion/properties/components", """{ "initial_version": { "components": [] } }""")]
    [InlineData(
        "NewPlanVersion/properties/recurring_charges",
        """{ "initial_version": { "recurring_charges": [] } }"""
    )]
    [InlineData("NewPlanComponent/properties/tiers", """{ "initial_version": { "components": [{ "tiers": [] }] } }""")]
    [InlineData("NewSubscription/properties/subscription_filters", """{ "subscription_filters": [] }""")]
    [InlineData(
        "NewSubscription/properties/component_fixed_charges_initial_units",
        """{ "component_fixed_charges_initial_units": [] }"""
    )]
    public void Lists_take_as_many_items_as_the_code_does(string schema, string body)
    {
        var most = Schemas.At($"#/components/schemas/{schema}/maxItems").GetInt32();

        Assert.DoesNotContain(FaultCode.MaxLength, CodesWith(most));
        Assert.Contains(FaultCode.MaxLength, CodesWith(most + 1));

        IEnumerable<string> CodesWith(int items)
        {
            var list = string.Join(',', Enumerable.Repeat("0", items));
            using var json = JsonDocument.Parse(body.Replace("[]", $"[{list}]", StringComparison.Ordinal));
            var faults = new Faults();
            var fields = new Fields(json.RootElement, faults);
            if (schema.StartsWith("NewPlan", StringComparison.Ordinal))
                PlanInput.Draft(fields);
            else
                SubscriptionInput.Draft(fields);
            return ((Refusal.Invalid)faults.Refusal!).Faults.Select(fault => fault.Code);
        }
    }

    [Fact]
    public void The_choices_are_those_of_the_code()
    {
        Assert.Equal(Sorted(PlanDurationNames.Names.All), Documented("PlanDuration"));
        Assert.Equal(Sorted(TierTypeNames.Names.All), Documented("TierType"));
        Assert.Equal(Sorted(BatchRoundingNames.Names.All), Documented("BatchRounding"));
        Assert.Equal(Sorted(ChargeBehaviorNames.Names.All), Documented("ChargeBehavior"));
        Assert.Equal(Sorted(ChargeTimingNames.Names.All), Documented("ChargeTiming"));
        Assert.Equal(Sorted(SubscriptionStatusNames.Names.All), Documented("SubscriptionStatus"));
        Assert.Equal(Sorted(BillingTypeNames.Names.All), Documented("BillingType"));
        Assert.Equal(Sorted(ChargeStatusNames.Names.All), Documented("ChargeStatus"));
        Assert.Equal(Sorted(CreditActionTypeNames.Names.All), Documented("CreditAction/properties/action"));

        static IEnumerable<string> Documented(string schema) =>
            Sorted(
                Schemas.At($"#/components/schemas/{schema}/enum").EnumerateArray().Select(name => name.GetString()!)
            );

        static IEnumerable<string> Sorted(IEnumerable<string> names) => names.Order(StringComparer.Ordinal);
    }

    [Fact]
    public void The_currencies_are_those_of_the_code()
    {
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        var known =
            from first in Letters
            from second in Letters
            from third in Letters
            let code = $"{first}{second}{third}"
            where Currency.Find(code) is not null
            select code;

        var documented = Schemas.At("#/components/schemas/CurrencyCode/enum").EnumerateArray();

        Assert.Equal(known, documented.Select(code => code.GetString()!));
    }

    [Fact]
    public void The_types_of_ledger_entries_are_those_of_the_code()
    {
        var documented = Schemas.At("#/components/schemas/LedgerEntry/properties/type/enum").EnumerateArray();

        Assert.Equal(
            Enum.GetValues<EntryType>().Select(type => type.Name()),
            documented.Select(type => type.GetString()!)
        );
    }

    [Fact]
    public void The_example_of_a_ledger_is_a_chain_that_closes()
    {
        var entries = Schemas.At("#/components/examples/LedgerEntries/value").EnumerateArray().Reverse().ToList();
        var previous = LedgerHash.Genesis;
        foreach (var entry in entries)
        {
            Assert.Equal(previous, entry.GetProperty("previous_hash").GetString());
            previous = entry.GetProperty("hash").GetString()!;
            Assert.Equal(previous, LedgerHash.Of(Entry(entry)));
        }
        Assert.Equal(previous, Schemas.At("#/components/examples/LedgerReport/value/head_hash").GetString());
    }

    [Fact]
    public void The_hash_of_an_action_follows_from_what_the_list_of_actions_shows()
    {
        var actions = Schemas
            .At("#/components/examples/CreditBatchActions/value/data/CreditBatchActions/creditActions")
            .EnumerateArray()
            .ToList();

        Assert.NotEmpty(actions);
        Assert.All(
            actions,
            action => Assert.Equal(action.GetProperty("hash").GetString(), Action(action).ExpectedHash())
        );
    }

    [Fact]
    public void The_JSON_says_the_same_as_the_YAML()
    {
        // Another reading of YAML than the one that made the JSON, down to the types.
        var read = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
        var yaml = read.Deserialize<object>(Encoding.UTF8.GetString(OpenApiDocument.Yaml.Span));

        using var expected = JsonDocument.Parse(JsonSerializer.Serialize(WithTextKeys(yaml)));
        Assert.True(JsonElement.DeepEquals(expected.RootElement, Schemas.Root));
    }

    [Fact]
    public void The_YAML_means_the_same_to_readers_of_YAML_1_1_and_1_2()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Encoding.UTF8.GetString(OpenApiDocument.Yaml.Span)));
        var plain =
            from node in stream.Documents.Single().AllNodes
            let scalar = node as YamlScalarNode
            where scalar is { Style: ScalarStyle.Plain, Value: { } text } && Ambiguous().IsMatch(text)
            select $"{scalar.Value} at {scalar.Start}";

        Assert.Empty(plain);
    }

    private static LedgerEntry Entry(JsonElement json) =>
        new()
        {
            Seq = json.GetProperty("seq").GetInt64(),
            Type = EntryTypeNames.Parse(json.GetProperty("type").GetString()!),
            Credit = RoutedId.Parse<CreditId>(json.GetProperty("credit_id").GetString()!),
            Currency = json.GetProperty("currency_code").GetString()!,
            Ordinal = json.GetProperty("ordinal").GetInt32(),
            Amount = json.GetProperty("amount").GetDecimal(),
            BalanceAfter = json.GetProperty("balance_after").GetDecimal(),
            EffectiveAt = json.GetProperty("effective_at").GetDateTimeOffset(),
            RecordedAt = json.GetProperty("recorded_at").GetDateTimeOffset(),
            Actor = json.GetProperty("actor").GetString()!,
            Reason = json.GetProperty("reason").GetString(),
            RequestId = json.GetProperty("request_id").GetString()!,
            Drawdown = json.GetProperty("drawdown_id").GetString() is { } id ? RoutedId.Parse<DrawdownId>(id) : null,
            PreviousHash = json.GetProperty("previous_hash").GetString()!,
        };

    private static CreditAction Action(JsonElement json)
    {
        var move = json.GetProperty("creditAllocationId").GetString();
        var type = CreditActionTypeNames.Names.Parse(json.GetProperty("action").GetString()!);
        // The allocation is where the credits came from, but for the one that they are given to.
        var side = type is CreditActionType.Allocate ? "target" : "source";
        var isSpent = type is CreditActionType.Redeem;
        return new()
        {
            Seq = json.GetProperty("seq").GetInt64(),
            Type = type,
            Batch = RoutedUuids.Parse<CreditBatchId>(json.GetProperty("creditBatchId").GetString()!),
            Account = RoutedUuids.Parse<CreditAccountId>(ExampleOf("CreatedCreditAccount", "APICreateCreditAccount")),
            Ordinal = json.GetProperty("ordinal").GetInt32(),
            Amount = json.GetProperty("amount").GetInt64(),
            Before = Balances(json.GetProperty("before")),
            After = Balances(json.GetProperty("after")),
            Allocation = move is null
                ? null
                : new(
                    RoutedUuids.Parse<CreditAllocationId>(move),
                    json.GetProperty("userId").GetString()!,
                    json.GetProperty(side + "BalanceIn").GetInt64(),
                    json.GetProperty(side + "BalanceOut").GetInt64(),
                    isSpent ? json.GetProperty("targetType").GetString() : null,
                    isSpent ? json.GetProperty("target").GetString() : null
                ),
            EffectiveAt = json.GetProperty("timestamp").GetDateTimeOffset(),
            RecordedAt = json.GetProperty("updatedAt").GetDateTimeOffset(),
            Actor = json.GetProperty("initiator").GetString()!,
            Reason = json.GetProperty("reason").GetString(),
            RequestId = json.GetProperty("requestId").GetString()!,
            PreviousHash = json.GetProperty("previousHash").GetString()!,
        };
    }

    private static string ExampleOf(string example, string operation) =>
        Schemas.At($"#/components/examples/{example}/value/data/{operation}/id").GetString()!;

    private static BatchBalances Balances(JsonElement json)
    {
        long Of(string name) => json.GetProperty(name).GetInt64();
        return new(
            Of("startingBalance"),
            Of("adjustments"),
            Of("currentBalance"),
            Of("allocatedCredits") - Of("redeemed"),
            Of("redeemed"),
            Of("lapsed")
        );
    }

    private static object? WithTextKeys(object? node) =>
        node switch
        {
            IDictionary<object, object?> mapping => mapping.ToDictionary(
                pair => (string)pair.Key,
                pair => WithTextKeys(pair.Value),
                StringComparer.Ordinal
            ),
            IList<object?> sequence => sequence.Select(WithTextKeys).ToList(),
            _ => node,
        };

    /// <summary>All properties below a node, however deep, with their paths.</summary>
    private static IEnumerable<(string Path, string Name, JsonElement Value)> Descendants(
        JsonElement node,
        string path = "#"
    ) =>
        node.ValueKind switch
        {
            JsonValueKind.Object => node.EnumerateObject()
                .SelectMany(property =>
                    Descendants(property.Value, $"{path}/{property.Name}")
                        .Prepend(($"{path}/{property.Name}", property.Name, property.Value))
                ),
            JsonValueKind.Array => node.EnumerateArray().SelectMany(item => Descendants(item, path)),
            _ => [],
        };

    /// <summary>Words, dates, numbers in sixties and in eights, which YAML 1.1 takes for something else than text.</summary>
    [GeneratedRegex(
        @"^(y|n|yes|no|on|off|~|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[-+]?[0-9]+(:[0-9]+)+.*|[-+]?0[0-9]+|0[xo].*|\+.*|[-+]?\..*)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Ambiguous();
}

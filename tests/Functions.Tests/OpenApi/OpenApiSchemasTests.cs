using System.Text;
using System.Text.Json;

namespace Drawdown.Functions.Tests.OpenApi;

/// <summary>A checker that finds no faults would make every other test pass.</summary>
public sealed class OpenApiSchemasTests
{
    private static readonly OpenApiSchemas Schemas = new(
        Json(
            """
            {
              "components": {
                "schemas": {
                  "Thing": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {
                      "id": { "type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$" },
                      "kind": { "enum": ["one", "two"] },
                      "count": { "type": ["integer", "null"], "minimum": 1, "maximum": 3 },
                      "share": { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 },
                      "parts": { "type": "array", "minItems": 1, "maxItems": 2, "items": { "$ref": "#/components/schemas/Thing" } },
                      "owner": { "anyOf": [{ "$ref": "#/components/schemas/Open" }, { "type": "null" }] },
                      "name": { "type": "string" },
                      "yes": { "const": true }
                    }
                  },
                  "Open": { "type": "object", "additionalProperties": true },
                  "Narrower": { "$ref": "#/components/schemas/Thing", "properties": { "kind": { "const": "one" } } },
                  "Unchecked": { "multipleOf": 2 }
                }
              },
              "paths": {
                "/things/{id}/": {
                  "get": {
                    "operationId": "GetThing",
                    "responses": {
                      "200": {
                        "headers": { "ETag": { "required": true } },
                        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } }
                      },
                      "304": { "headers": {} }
                    }
                  }
                },
                "/things/all/": { "get": { "operationId": "ListThings", "responses": {} } }
              }
            }
            """
        )
    );

    [Theory]
    [InlineData("""{ "id": "abc" }""")]
    [InlineData(
        """{ "id": "abc", "kind": "two", "count": null, "share": 0.5, "owner": null, "name": "x", "yes": true }"""
    )]
    [InlineData("""{ "id": "abc", "count": 3.0, "parts": [{ "id": "ab" }], "owner": { "anything": 1 } }""")]
    public void A_value_that_is_as_the_schema_says_has_no_faults(string value)
    {
        Assert.Empty(Schemas.Faults(Json(value), "Thing"));
    }

    [Theory]
    [InlineData("""[]""", "$ is Array, not object.")]
    [InlineData("""{}""", "$.id is missing.")]
    [InlineData("""{ "id": 1 }""", "$.id is Number, not string.")]
    [InlineData("""{ "id": "a" }""", "$.id has characters: 1, less than 2.")]
    [InlineData("""{ "id": "abcde" }""", "$.id has characters: 5, more than 4.")]
    [InlineData("""{ "id": "ABC" }""", "$.id is ABC, which does not match ^[a-z]+$.")]
    [InlineData("""{ "id": "abc", "idd": 1 }""", "$.idd is not in the document.")]
    [InlineData("""{ "id": "abc", "kind": "three" }""", "$.kind is three, none of the choices.")]
    [InlineData("""{ "id": "abc", "count": 1.5 }""", """$.count is Number, not ["integer", "null"].""")]
    [InlineData("""{ "id": "abc", "count": 0 }""", "$.count is 0, less than 1.")]
    [InlineData("""{ "id": "abc", "count": 4 }""", "$.count is 4, more than 3.")]
    [InlineData("""{ "id": "abc", "share": 0 }""", "$.share is 0, not more than 0.")]
    [InlineData("""{ "id": "abc", "share": 1.0 }""", "$.share is 1.0, not less than 1.")]
    [InlineData("""{ "id": "abc", "parts": [] }""", "$.parts has items: 0, less than 1.")]
    [InlineData(
        """{ "id": "abc", "parts": [{ "id": "ab" }, { "x": 1, "id": "ab" }] }""",
        "$.parts[1].x is not in the document."
    )]
    [InlineData(
        """{ "id": "abc", "owner": 1 }""",
        "$.owner is none of these: $.owner is Number, not object. / $.owner is Number, not null."
    )]
    [InlineData("""{ "id": "abc", "yes": false }""", "$.yes is False, not True.")]
    public void A_value_that_is_not_has_the_fault(string value, string fault)
    {
        Assert.Equal([fault], Schemas.Faults(Json(value), "Thing"));
    }

    [Fact]
    public void Words_beside_a_reference_count_as_well()
    {
        Assert.Equal(
            ["$.kind is two, not one."],
            Schemas.Faults(Json("""{ "id": "abc", "kind": "two" }"""), "Narrower")
        );
    }

    [Fact]
    public void A_keyword_that_is_not_checked_is_refused()
    {
        Assert.Throws<NotSupportedException>(() => Schemas.Faults(Json("1"), "Unchecked"));
    }

    [Theory]
    [InlineData("/things/a%2Fb/", "GetThing")]
    [InlineData("/things/a", "GetThing")]
    [InlineData("/things/all", "ListThings")]
    [InlineData("/things/", null)]
    public void A_path_leads_to_its_operation(string path, string? operation)
    {
        Assert.Equal(operation, Schemas.Operation("GET", path)?.Id);
    }

    [Theory]
    [InlineData(200, "application/json; charset=utf-8", "ETag", """{ "id": "abc" }""", null)]
    [InlineData(304, null, "", "", null)]
    [InlineData(404, null, "", "", "GetThing is not said to answer 404.")]
    [InlineData(304, "application/json", "", "{}", "GetThing 304 is said to have no body.")]
    [InlineData(200, "text/html", "etag", "", "GetThing 200 is not said to be text/html.")]
    [InlineData(200, "application/json", "Date", """{ "id": "abc" }""", "GetThing answers 200 without ETag.")]
    [InlineData(200, "application/json", "ETag", "{}", "GetThing 200: $.id is missing.")]
    public void An_answer_is_checked_as_a_whole(
        int status,
        string? contentType,
        string header,
        string body,
        string? fault
    )
    {
        var operation = Schemas.Operation("GET", "/things/a/")!;

        var faults = Schemas.FaultsOfAnswer(operation, status, contentType, [header], Encoding.UTF8.GetBytes(body));

        Assert.Equal(fault is null ? [] : [fault], faults);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}

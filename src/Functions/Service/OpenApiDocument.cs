using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Drawdown.Functions.Api;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Drawdown.Functions.Service;

/// <summary>The description of the API, as it is written (<c>openapi.yaml</c>) and as JSON.</summary>
public static partial class OpenApiDocument
{
    private static readonly Lazy<byte[]> Converted = new(Convert);

    /// <summary>The document in YAML, word for word.</summary>
    public static ReadOnlyMemory<byte> Yaml { get; } =
        EmbeddedFile.Read(typeof(OpenApiDocument).Assembly, "openapi.yaml");

    /// <summary>The same document in JSON. It is converted when it is first asked for.</summary>
    public static ReadOnlyMemory<byte> Json => Converted.Value;

    private static byte[] Convert()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Encoding.UTF8.GetString(Yaml.Span)));
        return JsonText.Write(json => Write(json, stream.Documents.Single().RootNode));
    }

    private static void Write(Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                json.WriteStartObject();
                foreach (var (key, value) in mapping)
                {
                    json.WritePropertyName(((YamlScalarNode)key).Value!);
                    Write(json, value);
                }
                json.WriteEndObject();
                break;
            case YamlSequenceNode sequence:
                json.WriteStartArray();
                foreach (var item in sequence)
                    Write(json, item);
                json.WriteEndArray();
                break;
            // A quoted "true" is a text. Numbers keep their digits: an amount must not become a binary fraction here.
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text } when Literal().IsMatch(text):
                json.WriteRawValue(text);
                break;
            case YamlScalarNode { Value: var text }:
                json.WriteStringValue(text);
                break;
            default:
                throw new InvalidOperationException($"JSON has nothing like the {node.NodeType} at {node.Start}.");
        }
    }

    /// <summary>What is not a text where YAML 1.2 and JSON agree; the document writes no other numbers.</summary>
    [GeneratedRegex(
        @"^(null|true|false|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Literal();
}

using System.Collections.Immutable;
using System.Globalization;
using Danke.Engines.Ledger;

namespace Danke.Engines.Audiences;

/// <summary>A ClickHouse predicate and the values of its <c>{name:Type}</c> parameters, which alone carry what a user wrote.</summary>
public sealed record CompiledCondition(string Sql, ImmutableSortedDictionary<string, object> Parameters);

/// <summary>
/// Compiles a condition to a predicate over <c>persons final</c>, so that Insight answers it for all persons at once; tested to agree with
/// <see cref="Evaluator"/>. Every collection becomes a set of persons: a measure that holds of nothing (a count below 2) excludes the persons
/// for whom it fails, any other includes those for whom it holds, so that persons without a single event are neither lost nor joined.
/// </summary>
public static class ConditionSql
{
    /// <param name="prefix">Begins the parameters' names, so that several predicates fit into one statement.</param>
    public static CompiledCondition Compile(Condition condition, Asked asked, string prefix = "c")
    {
        var compiler = new Compiler(asked, prefix);
        var sql = compiler.Predicate(condition, Catalogue.Person, Place.Person);
        return new CompiledCondition(sql, compiler.Parameters.ToImmutableSortedDictionary(StringComparer.Ordinal));
    }

    /// <summary>Which table a scope's columns are in.</summary>
    private enum Place { Person, Order, Line, Refund, Interaction }

    private sealed class Compiler(Asked asked, string prefix)
    {
        public Dictionary<string, object> Parameters { get; } = [];

        public string Predicate(Condition condition, Scope scope, Place place) => condition switch
        {
            Condition.All { Parts: [] } => "1",
            Condition.Any { Parts: [] } => "0",
            Condition.All all => $"({string.Join(" and ", all.Parts.Select(part => Predicate(part, scope, place)))})",
            Condition.Any any => $"({string.Join(" or ", any.Parts.Select(part => Predicate(part, scope, place)))})",
            Condition.Not not => $"(not {Predicate(not.Part, scope, place)})",
            Condition.TextIn text => OnMembership(text.Field, place, text.Values.Contains(""), column => $"has({Texts(text.Values)}, toString({column}))"),
            Condition.Contains contains => $"hasAny(arrayMap(x -> toString(x), {Column(contains.Field, place)}), {Texts(contains.Values)})",
            Condition.NumberIs number when TypeOf(number.Field, place) is { } type => PointsOfType(number, type),
            Condition.NumberIs number => NumberIs(number, scope, place),
            Condition.FlagIs => $"person_id in (select person_id from memberships final where {Membership()})",
            Condition.InstantIn instant => OnMembership(instant.Field, place, false, column => Within(column, instant.Window)),
            Condition.Measured measured => Measured(measured, scope, place),
            _ => throw new ArgumentOutOfRangeException(nameof(condition)),
        };

        private string NumberIs(Condition.NumberIs number, Scope scope, Place place)
        {
            var test = (string column) => $"{column} {number.Comparison.Sign()} {Number(number.Value)}";
            return scope.FindField(number.Field)!.Type == FieldType.Money
                ? $"(toString(currency) = {Text(asked.Currency)} and {test(Column(number.Field, place))})"
                : OnMembership(number.Field, place, number.Comparison.Holds(0, number.Value), test);
        }

        // A membership is a row elsewhere; who has none has the empty tier and no points.
        private string OnMembership(string field, Place place, bool holdsOfNone, Func<string, string> test)
        {
            var column = Column(field, place);
            if (place != Place.Person || !IsOfMembership(field)) return test(column);
            return holdsOfNone
                ? $"person_id not in (select person_id from memberships final where {Membership()} and not ({test(column)}))"
                : $"person_id in (select person_id from memberships final where {Membership()} and {test(column)})";
        }

        private static string? TypeOf(string field, Place place) =>
            place == Place.Person && field.StartsWith(Catalogue.PointsOfType.Name, StringComparison.Ordinal) ? field[Catalogue.PointsOfType.Name.Length..] : null;

        // The program's own are in the membership; of a further type the ledger's entries come to the balance.
        private string PointsOfType(Condition.NumberIs number, string type)
        {
            if (PointTypes.IsFirst(type)) return NumberIs(number with { Field = "points" }, Catalogue.Person, Place.Person);
            var comparison = $"sum(spendable) {number.Comparison.Sign()} {Number(number.Value)}";
            var holdsOfNone = number.Comparison.Holds(0, number.Value);
            return $"person_id {(holdsOfNone ? "not in" : "in")} (select person_id from points_entries final where toString(program) = {Text(PointTypes.LedgerOf(asked.Program, type))}"
                + $" and person_id in (select person_id from memberships final where {Membership()}) group by person_id having {(holdsOfNone ? $"not ({comparison})" : comparison)})";
        }

        private static bool IsOfMembership(string field) => field is "tier" or "joined" or "points" or "growth";

        private string Membership() => $"toString(card_state) = 'active' and toString(program) = {Text(asked.Program)} and {Within("joined_at", null)}";

        private string Measured(Condition.Measured measured, Scope scope, Place place)
        {
            var collection = scope.FindCollection(measured.Collection)!;
            var (table, key, only, inner) = measured.Collection switch
            {
                "purchases" => ("orders", "person_id", "is_sale = 1 and sales_minor > 0 and toString(status) != 'refunded'", Place.Order),
                "orders" => ("orders", "person_id", "toString(status) != 'announced'", Place.Order),
                "lines" => ("order_lines", "person_id, order_id", "", Place.Line),
                "refunds" => ("refunds", "person_id", "", Place.Refund),
                "interactions" => ("interactions", "person_id", "", Place.Interaction),
                _ => throw new ArgumentOutOfRangeException(nameof(measured)),
            };
            var filters = new List<string>();
            if (only.Length > 0) filters.Add(only);
            if (collection.Timed) filters.Add(Within(TimeOf(inner), measured.Window));
            if (measured.Where is { } where) filters.Add(Predicate(where, collection.Of, inner));
            var comparison = $"{Aggregate(measured, collection.Of, inner)} {measured.Comparison.Sign()} {Number(measured.Value)}";
            var holdsOfNone = measured.Measure is Measure.Count or Measure.Sum && measured.Comparison.Holds(0, measured.Value);
            var having = holdsOfNone ? $"not ({comparison})" : comparison;
            var keys = key.Contains(',') ? $"({key})" : key;
            return $"{keys} {(holdsOfNone ? "not in" : "in")} (select {key} from {table} final"
                + (filters.Count > 0 ? $" where {string.Join(" and ", filters)}" : "") + $" group by {key} having {having})";
        }

        private string Aggregate(Condition.Measured measured, Scope of, Place place) => measured.Measure switch
        {
            Measure.Count => "toInt64(count())",
            // Wide enough for any sum; a sum of one currency only.
            Measure.Sum when of.FindField(measured.Field!)!.Type == FieldType.Money =>
                $"sumIf(toInt128({Column(measured.Field!, place)}), toString(currency) = {Text(asked.Currency)})",
            Measure.Sum => $"sum(toInt128({Column(measured.Field!, place)}))",
            Measure.DaysSinceFirst => DaysSince($"min({TimeOf(place)})"),
            Measure.DaysSinceLast => DaysSince($"max({TimeOf(place)})"),
            _ => throw new ArgumentOutOfRangeException(nameof(measured)),
        };

        private string DaysSince(string moment) => $"intDiv({Number(asked.AtMs)} - toUnixTimestamp64Milli({moment}), {Asked.DayMs})";

        private static string TimeOf(Place place) => place switch
        {
            Place.Order => "ordered_at",
            Place.Refund => "refunded_at",
            Place.Interaction => "at",
            _ => throw new ArgumentOutOfRangeException(nameof(place)),
        };

        // Only names of the catalogue get here; a property's name is a value.
        private string Column(string field, Place place) => (place, field) switch
        {
            (Place.Person, "birth_month") => "toInt64(toUInt8OrZero(substring(birthday, length(birthday) - 4, 2)))",
            (Place.Person, "first_seen") => "first_seen_at",
            (Place.Person, "last_seen") => "last_seen_at",
            (Place.Person, "joined") => "joined_at",
            (Place.Person, "points") => "points_spendable",
            (Place.Person, "household.size") => "toInt64(household_size)",
            (Place.Person, "household.id") => "toInt64(household_id)",
            (Place.Order, "amount_minor") => "sales_minor",
            (Place.Interaction, _) when field.StartsWith("properties.", StringComparison.Ordinal) => $"properties[{Text(field["properties.".Length..])}]",
            _ => field,
        };

        private string Within(string column, Window? window)
        {
            var (after, upTo) = asked.Bounds(window);
            var upper = $"{column} <= fromUnixTimestamp64Milli({Number(upTo)}, 'UTC')";
            return after == long.MinValue ? upper : $"({column} > fromUnixTimestamp64Milli({Number(after)}, 'UTC') and {upper})";
        }

        private string Text(string value) => Parameter("String", value);
        private string Texts(ImmutableArray<string> values) => Parameter("Array(String)", values.ToArray());
        private string Number(long value) => Parameter("Int64", value);

        private string Parameter(string type, object value)
        {
            var name = prefix + Parameters.Count.ToString(CultureInfo.InvariantCulture);
            Parameters.Add(name, value);
            return $"{{{name}:{type}}}";
        }
    }
}

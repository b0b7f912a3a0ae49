using System.Collections.Immutable;
using Danke.Engines.Matching;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Matching;

/// <summary>How two values of a field compare: a level's name for each pair.</summary>
public sealed class FieldTests
{
    // role, one, the other → level
    [Theory]
    [InlineData(ColumnRole.FullName, "王小明", "王小明", "same", "same")]
    [InlineData(ColumnRole.FullName, "王小明", "王晓明", "same", "close")] // sounds the same
    [InlineData(ColumnRole.FullName, "王小明", "汪小明", "close", "same")]
    [InlineData(ColumnRole.FullName, "林丽", "凌丽", "similar", "same")] // in/ing
    [InlineData(ColumnRole.FullName, "王小明", "Xiaoming Wang", "close", "close")]
    [InlineData(ColumnRole.FullName, "王小明", "Wang Xiaoming", "same", "swapped")] // Latin names are read given name first
    [InlineData(ColumnRole.FullName, "欧阳娜娜", "歐陽娜娜", "close", "same")]
    [InlineData(ColumnRole.FullName, "彭永轩", "永轩彭", "same", "swapped")]
    [InlineData(ColumnRole.FullName, "王女士", "王小丽", "same", "nothing")]
    [InlineData(ColumnRole.FullName, "王*", "王小丽", "nothing", "nothing")]
    [InlineData(ColumnRole.FullName, "Robert Smith", "Bob Smith", "same", "similar")]
    [InlineData(ColumnRole.FullName, "Robert Smith", "R. Smith", "same", "similar")]
    [InlineData(ColumnRole.FullName, "Robert Smith", "B. Smith", "same", "similar")]
    [InlineData(ColumnRole.FullName, "Robert Smith", "K. Smith", "same", "different")]
    [InlineData(ColumnRole.FullName, "Robert Smith", "Smith, Robert", "same", "same")]
    [InlineData(ColumnRole.FullName, "Robert Smith", "Smith Robert", "same", "swapped")]
    [InlineData(ColumnRole.FullName, "Robert Smith", "Robret Smyth", "close", "close")]
    [InlineData(ColumnRole.FullName, "Robert Smith Jr", "Robert Smith Sr.", "same", "different")]
    [InlineData(ColumnRole.FullName, "Ellie O'Hare", "Ellie Ohare", "close", "same")]
    [InlineData(ColumnRole.FullName, "Kaylee Jones", "Keeley Jones", "same", "similar")]
    [InlineData(ColumnRole.FullName, "José Müller", "Jose Muller", "same", "same")]
    [InlineData(ColumnRole.FullName, "Susan Meyer", "Susan Meyer Thomas", "similar", "close")]
    [InlineData(ColumnRole.FullName, "Marlene Weber", "Marlies Weber", "same", "faint")] // two names, not one and a slip
    [InlineData(ColumnRole.FullName, "Nguyễn Thị Hương", "Nguyen Thi Huong", "same", "same")]
    public void Names(ColumnRole role, string a, string b, string surname, string given) => NamesCompare(role, a, b, surname, given);

    [Theory]
    [InlineData("Юрий Гагарин", "Yuri Gagarin", "close", "close")]
    [InlineData("Александр Пушкин", "Alexander Pushkin", "close", "close")]
    [InlineData("Аляксандр Пушкін", "Александр Пушкин", "close", "close")]
    [InlineData("Олена Шевченко", "Olena Shevchenko", "close", "close")]
    [InlineData("Петров Иван Сергеевич", "Ivan Petrov", "close", "close")] // the father's name last: surname first
    [InlineData("Иван Петров", "Иван Петров", "same", "same")]
    [InlineData("Иван Петров", "Robert Hill", "different", "different")]
    [InlineData("Νίκος Παπαδόπουλος", "Nikos Papadopoulos", "close", "close")]
    [InlineData("سليم منصور", "Salim Mansour", "close", "close")] // short vowels are not written
    [InlineData("محمد حسن", "Mohammed Hassan", "similar", "similar")] // two consonants say less than three
    [InlineData("סרגיי מנדלבאום", "Sergei Mandelbaum", "close", "close")]
    [InlineData("김민수", "Minsu Kim", "similar", "close")]
    [InlineData("राकेश कुमार", "Rakesh Kumar", "close", "close")]
    [InlineData("សុខា ម៉ារ៉ាត់", "Sokha Marat", "close", "close")]
    [InlineData("Иван Петров", "王小明", "nothing", "nothing")] // a character sounds otherwise in every language
    public void Names_in_two_scripts(string a, string b, string surname, string given) => NamesCompare(ColumnRole.FullName, a, b, surname, given);

    private static void NamesCompare(ColumnRole role, string a, string b, string surname, string given)
    {
        foreach (var (one, other) in new[] { (a, b), (b, a) })
        {
            var evidence = Compared(role, one, other);

            evidence["surname"].ShouldBe(surname);
            evidence["given_name"].ShouldBe(given);
        }
    }

    [Theory]
    [InlineData("1971-06-24", "1971-06-24", "same")]
    [InlineData("1971-06-24", "24 Jun 1971", "same")]
    [InlineData("1971-06-24", "1971年6月24日", "same")]
    [InlineData("1971-06-24", "19710624", "same")]
    [InlineData("1971-06-24", "6/24/71", "same")]
    [InlineData("1971-06-24", "1971-06-24 00:00:00", "same")]
    [InlineData("1971-06-24", "1971-05-24", "one_slip")]
    [InlineData("1971-06-24", "1971-06-42", "one_slip")]
    [InlineData("1971-06-05", "1971-05-06", "one_slip")]
    [InlineData("1971-06-24", "2071-06-24", "one_slip")]
    [InlineData("1971-06-24", "1975-06-21", "two_slips")]
    [InlineData("1971-06-24", "1971-11-03", "half_the_same")]
    [InlineData("1971-06-24", "1988-01-30", "different")]
    [InlineData("1971-06-24", "soon", "nothing")]
    [InlineData("1971-05-06", "1972-06-05", "two_slips")]
    [InlineData("1971-06-24", "1971-06", "one_slip")]
    [InlineData("1971-06-24", "06/1971", "one_slip")]
    [InlineData("1971-06-24", "June 1971", "one_slip")]
    [InlineData("1971-06-24", "1971", "two_slips")]
    [InlineData("1971", "1971", "two_slips")]
    [InlineData("1971-06-24", "1971-08", "half_the_same")]
    [InlineData("1971", "1972-06-24", "nothing")]
    [InlineData("1971-06", "1985-06-24", "different")]
    public void Dates_of_birth(string a, string b, string expected) => Compared(ColumnRole.BirthDate, a, b)["birth_date"].ShouldBe(expected);

    [Theory]
    [InlineData("13800138001", "+86 138-0013-8001", "same")]
    [InlineData("702-221-2412", "221-2412", "same")]
    [InlineData("13800138001", "13800138010", "one_slip")]
    [InlineData("13800138001", "13800138101", "one_slip")]
    [InlineData("13800138001", "13812138007", "different")]
    [InlineData("13800138001", "13912345678 / 13800138001", "same")]
    [InlineData("13800138001", "138****8001", "nothing")]
    [InlineData("13800138001", "00000000000", "nothing")]
    public void Phones(string a, string b, string expected) => Compared(ColumnRole.Phone, a, b)["phone"].ShouldBe(expected);

    [Theory]
    [InlineData("a.smith@example.com", "A.Smith@Example.com", "same")]
    [InlineData("a.smith@example.com", "\"Ann\" <a.smith@example.com>", "same")]
    [InlineData("a.smith@example.com", "a.smtih@example.com", "slips")]
    [InlineData("asmith@example.com", "a.smith@example.net", "same_name_elsewhere")]
    [InlineData("a.smith@example.com", "asmith@elsewhere.org", "same_name_elsewhere")]
    [InlineData("a.smith@example.com", "info@example.com", "same_domain")]
    [InlineData("a.smith@example.com", "peter@elsewhere.org", "different")]
    public void Email_addresses(string a, string b, string expected) => Compared(ColumnRole.Email, a, b)["email"].ShouldBe(expected);

    [Theory]
    [InlineData("123 Main Street", "123 main st", "same")]
    [InlineData("123 Main Street, Springfield 12345", "123 Main St", "close")]
    [InlineData("17 Pridham Street, Milton", "17 pridhem street milton", "close")]
    [InlineData("17 Pridham Street", "19 Pridham Street", "some_in_common")]
    [InlineData("上海市浦东新区张江路88号3栋1201室", "浦东新区张江路88号3号楼1201", "close")]
    [InlineData("1 High Road", "99 Low Valley", "different")]
    public void Addresses(string a, string b, string expected) => Compared(ColumnRole.Address, a, b)["address"].ShouldBe(expected);

    [Theory]
    [InlineData("上海市", "上海", "same")]
    [InlineData("London", "Lonon", "close")]
    [InlineData("London", "Leeds", "different")]
    [InlineData("Казань", "Kazan", "close")]
    public void Cities(string a, string b, string expected) => Compared(ColumnRole.City, a, b)["x"].ShouldBe(expected);

    [Theory]
    [InlineData("A1234567", "FR", "A1234567", "FR", "same")]
    [InlineData("A1234567", "FR", "B7654321", "FR", "different")]
    [InlineData("A1234567", "DE", "B7654321", "DEU", "different")]
    [InlineData("A1234567", "FR", "B7654321", "MA", "nothing")] // one has a passport of each
    [InlineData("A1234567", "FR", "A1234568", "MA", "nothing")]
    [InlineData("A1234567", "", "B7654321", "MA", "different")]
    public void Numbers_and_who_gave_them(string a, string issuerA, string b, string issuerB, string expected)
    {
        var model = Models.Unlearnt([new("passport_number", ColumnRole.Identifier), new("passport_country", ColumnRole.Issuer)]);
        var reader = model.Schema.ReaderOf(["passport_number", "passport_country"]);

        var field = new Scorer(model).Explain(model.Prepare(reader, [a, issuerA]), model.Prepare(reader, [b, issuerB])).Fields.Single();

        (field.Level == "nothing_to_compare" ? "nothing" : field.Level).ShouldBe(expected);
    }

    [Fact]
    public void A_person_and_a_firm_are_never_one_whatever_they_share()
    {
        var model = Models.Unlearnt([new("record_type", ColumnRole.RecordType), new("phone", ColumnRole.Phone), new("email", ColumnRole.Email), new("address", ColumnRole.Address)]);
        var reader = model.Schema.ReaderOf(["record_type", "phone", "email", "address"]);
        MatchRecord Record(string type) => model.Prepare(reader, [type, "13800138001", "office@example.com", "17 Pridham Street, Milton"]);
        var scorer = new Scorer(model);

        scorer.Score(Record("PERSON"), Record("individual")).ShouldBeGreaterThan(10);
        scorer.Score(Record("PERSON"), Record("")).ShouldBeGreaterThan(10);
        scorer.Score(Record("PERSON"), Record("ORGANIZATION")).ShouldBeLessThan(-500);
    }

    [Fact]
    public void What_one_record_does_not_say_counts_neither_way()
    {
        var scored = Score(ColumnRole.Phone, "13800138001", "");

        scored.Fields.Single().Bits.ShouldBe(0);
    }

    private static Dictionary<string, string> Compared(ColumnRole role, string a, string b) =>
        Score(role, a, b).Fields.ToDictionary(f => f.Field, f => f.Level == "nothing_to_compare" ? "nothing" : f.Level);

    private static Explanation Score(ColumnRole role, string a, string b)
    {
        var model = Models.Unlearnt([new MatchColumn("x", role)]);
        var reader = model.Schema.ReaderOf(["x"]);
        return new Scorer(model).Explain(model.Prepare(reader, [a]), model.Prepare(reader, [b]));
    }
}

/// <summary>Models for tests.</summary>
internal static class Models
{
    /// <summary>What is expected before anything was seen.</summary>
    public static MatchModel Unlearnt(ImmutableArray<MatchColumn> columns)
    {
        var schema = MatchSchema.Of(columns, []);
        return new MatchModel
        {
            Schema = schema,
            Persons = 100_000,
            Prior = 1e-5,
            KinPrior = 1e-6,
            Weights = [.. schema.Fields.Select(f => new FieldWeights
            {
                Levels = [.. f.Kind.Levels.Select((l, i) => new TrainedLevel(l.Name, l.M, l.U, l.U, RarityLevels.Has(f.Role, i)))],
                Commonness = [ImmutableDictionary<ulong, int>.Empty, ImmutableDictionary<ulong, int>.Empty, ImmutableDictionary<ulong, int>.Empty],
                ExpectedShares = [.. Enumerable.Range(0, 3).Select(f.Kind.ExpectedShare)],
            })],
        };
    }
}

using Danke.Engines.Demo;
using Danke.Engines.Matching;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Matching;

public sealed class ColumnGuessTests
{
    private static readonly List<string[]> Rows = [.. CustomerFile.Rows(2_000, 3)];

    // what the column says → its role, by name and by contents alone
    [Theory]
    [InlineData("record", ColumnRole.RecordKey)]
    [InlineData("name", ColumnRole.FullName)]
    [InlineData("mobile", ColumnRole.Phone)]
    [InlineData("gender", ColumnRole.Gender)]
    [InlineData("birthday", ColumnRole.BirthDate)]
    [InlineData("address", ColumnRole.Address)]
    [InlineData("email", ColumnRole.Email)]
    [InlineData("registered_on", ColumnRole.Ignored)]
    public void A_column_is_known_by_its_name(string column, ColumnRole role) =>
        ColumnGuess.Of(CustomerFile.Columns, Rows).Single(c => c.Name == column).Role.ShouldBe(role);

    [Theory]
    [InlineData("record", ColumnRole.RecordKey)]
    [InlineData("name", ColumnRole.FullName)]
    [InlineData("mobile", ColumnRole.Phone)]
    [InlineData("gender", ColumnRole.Gender)]
    [InlineData("birthday", ColumnRole.BirthDate)]
    [InlineData("address", ColumnRole.Address)]
    [InlineData("email", ColumnRole.Email)]
    public void A_column_is_known_by_what_is_in_it(string column, ColumnRole role) =>
        ColumnGuess.Of([.. CustomerFile.Columns.Select((_, i) => $"c{i}")], Rows)[CustomerFile.Columns.IndexOf(column)].Role.ShouldBe(role);

    [Theory]
    [InlineData("given_name", ColumnRole.GivenName)]
    [InlineData("FirstName", ColumnRole.GivenName)]
    [InlineData("姓", ColumnRole.Surname)]
    [InlineData("last name", ColumnRole.Surname)]
    [InlineData("客户姓名", ColumnRole.FullName)]
    [InlineData("PRIMARY_NAME_ORG", ColumnRole.Organisation)]
    public void Names_go_by_many_names(string column, ColumnRole role) =>
        ColumnGuess.Of([column], [["Ann"], ["Bob"], ["Ann"]])[0].Role.ShouldBe(role);

    [Theory]
    [InlineData("RECORD_TYPE", "PERSON", "ORGANIZATION", ColumnRole.RecordType)]
    [InlineData("客户类型", "个人", "企业", ColumnRole.RecordType)]
    [InlineData("customer_type", "gold", "silver", ColumnRole.Ignored)]
    [InlineData("passport_country", "FR", "MA", ColumnRole.Issuer)]
    [InlineData("passport_expiry", "2030-01-01", "2031-01-01", ColumnRole.Ignored)]
    public void What_is_said_about_the_record_and_its_numbers(string column, string one, string other, ColumnRole role) =>
        ColumnGuess.Of([column], [[one], [other], [one]])[0].Role.ShouldBe(role);

    [Fact]
    public void A_column_called_phone_that_holds_none_is_judged_by_what_it_holds() =>
        ColumnGuess.Of(["phone"], [["a@example.com"], ["b@example.com"], ["a@example.com"]])[0].Role.ShouldBe(ColumnRole.Email);
}

using Danke.Platform.Privacy;
using static Danke.Platform.Privacy.PersonalField;

namespace Danke.Persons.Privacy;

/// <summary>What this module keeps of persons. Of an erased one nothing stays but a number that is nobody's.</summary>
internal static class PersonsPersonalTables
{
    private const string Ends = "low_key in ({set:keys}) or high_key in ({set:keys})";
    private const string Pair = "a_key in ({set:keys}) or b_key in ({set:keys})";
    private const string Numbers = "from_person in ({set:persons}) or to_person in ({set:persons})";

    private static string NewNumber(string traits) => $$"""
        insert into persons (person_id, state, attributes, profile_at_ms, first_seen_ms, last_seen_ms, first_channel, gender, birthday, province, city)
        select @anonymous, 'anonymous', '{}', 0, first_seen_ms, last_seen_ms, first_channel, {{traits}} from persons where person_id = @person
        """;

    private const string Remove = "delete from persons where person_id in ({set:persons})";

    public static readonly IReadOnlyList<PersonalTable> All =
    [
        new()
        {
            Name = "persons",
            Title = new("基本资料", "Profile"),
            Fate = Fate.Deleted,
            Identifies = true,
            Erase = [NewNumber("null, null, null, null"), Remove],
            // Of the birthday the year.
            Anonymise = [NewNumber("gender, case when birthday like '--%' then null else substr(birthday, 1, 4) end, province, city"), Remove],
            OrderBy = "person_id",
            Fields =
            [
                Number("person_id", "编号", "Number"), Text("state", "状态", "State"), Sealed("name", "姓名", "Name", "name_cipher"), Text("gender", "性别", "Gender"), Text("birthday", "生日", "Birthday"),
                Text("province", "省份", "Province"), Text("city", "城市", "City"), Text("language", "语言", "Language"), Json("attributes", "其他", "Other", "attributes"),
                Text("first_channel", "首次渠道", "First channel"), At("first_seen", "首次出现", "First seen", "first_seen_ms"), At("last_seen", "最近出现", "Last seen", "last_seen_ms"),
            ],
        },
        new()
        {
            Name = "identifiers",
            Title = new("身份标识", "Identifiers"),
            Where = "identifier_key in ({set:keys})",
            Fate = Fate.Deleted,
            Identifies = true,
            Erase = ["delete from identifiers where identifier_key in ({set:keys})"],
            OrderBy = "first_seen_ms, identifier_key",
            Fields =
            [
                Text("namespace", "类型", "Kind"), Text("scope", "范围", "Scope"), Sealed("value", "值", "Value", "value_cipher"), YesNo("verified", "已验证", "Verified"), Text("source", "来源", "Source"),
                At("first_seen", "首次出现", "First seen", "first_seen_ms"), At("last_seen", "最近出现", "Last seen", "last_seen_ms"),
            ],
        },
        new()
        {
            Name = "links",
            Title = new("关联依据", "Links between identifiers"),
            Where = Ends,
            Fate = Fate.Deleted,
            Identifies = true,
            Erase = [$"delete from links where {Ends}"],
            OrderBy = "first_seen_ms, low_key, high_key",
            Fields = [Text("source", "来源", "Source"), Text("event", "事件", "Event", "command_key"), Text("strength", "强度", "Strength"), At("first_seen", "首次", "First", "first_seen_ms"), At("last_seen", "最近", "Last", "last_seen_ms")],
        },
        new() { Name = "person_aliases", Title = new("曾用编号", "Former numbers"), Where = Numbers, Fate = Fate.Deleted, Identifies = true, Erase = [$"delete from person_aliases where {Numbers}"] },
        new() { Name = "alias_history", Title = new("编号变更", "History of numbers"), Where = Numbers, Fate = Fate.Deleted, Identifies = true, Erase = [$"delete from alias_history where {Numbers}"] },
        PersonalTable.Gone("consents", new("营销同意", "Consents"),
            Text("via", "方式", "Via"), Text("purpose", "用途", "Purpose"), YesNo("granted", "同意", "Granted"), Text("evidence", "依据", "Evidence"), Text("source", "来源", "Source"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "at_ms" },
        PersonalTable.Gone("attribute_statements", new("资料来源", "What sources said"),
            Text("attribute", "资料", "Attribute"), Sealed("value", "值", "Value", "value_cipher"), Text("source", "来源", "Source"), Text("channel", "渠道", "Channel"), At("first", "首次", "First", "first_ms"), At("last", "最近", "Last", "last_ms"))
            with { OrderBy = "attribute, last_ms" },
        PersonalTable.Gone("attribute_pins", new("人工确定的资料", "Attributes decided by hand"),
            Text("attribute", "资料", "Attribute"), Sealed("value", "值", "Value", "value_cipher"), Text("reason", "原因", "Reason"), At("at", "时间", "At", "at_ms")) with { OrderBy = "attribute" },
        new()
        {
            Name = "identity_pairs",
            Title = new("待核对的相似档案", "Likenesses to look at"),
            Where = Pair,
            Fate = Fate.Deleted,
            Erase = [$"delete from identity_pairs where {Pair}"],
        },
        new()
        {
            Name = "identity_compared",
            Title = new("比对过的档案", "Records that were compared"),
            Where = "anchor_key in ({set:keys})",
            Fate = Fate.Deleted,
            Erase = ["delete from identity_compared where anchor_key in ({set:keys})"],
        },
        PersonalTable.Gone("households", new("同住家庭", "Household"), Number("size", "人数", "Persons")),
        PersonalTable.Gone("interactions", new("互动", "Interactions"),
            At("at", "时间", "At", "at_ms"), Text("channel", "渠道", "Channel"), Text("shop", "店铺", "Shop"), Text("kind", "类型", "Kind"), Json("properties", "内容", "Details"))
            with { OrderBy = "at_ms, interaction_id" },
        new()
        {
            Name = "identity_decision_keys",
            Title = new("人工判定", "Decisions about identity"),
            Where = "identifier_key in ({set:keys})",
            Fate = Fate.Deleted,
            Identifies = true,
            // A decision goes when it names nobody any more; what was said with it goes at once.
            Erase =
            [
                "update identity_decisions set reason = '' where decision_id in (select decision_id from identity_decision_keys where identifier_key in ({set:keys}))",
                "delete from identity_decision_keys where identifier_key in ({set:keys})",
                "delete from identity_decisions where reason = '' and decision_id not in (select decision_id from identity_decision_keys)",
            ],
        },
    ];
}

using System.Text.Json.Nodes;
using Danke.Intake.Files;
using Danke.Intake.Imports;

namespace Danke.Intake.Mappings;

/// <summary>
/// A first mapping for a file that nobody described yet, from its columns' names - Chinese and English ones that shops and
/// platforms use - and from its first rows. Made to be looked at and corrected, not to be trusted.
/// </summary>
internal static class Proposal
{
    private static readonly (string Field, string[] Names)[] Aliases =
    [
        ("order", ["order_id", "orderid", "order_no", "order_number", "order", "invoiceno", "invoice_no", "invoice", "basket_id", "transaction_id", "订单编号", "订单号", "主订单编号", "交易编号", "交易号", "单号", "小票号"]),
        ("time", ["paid_at", "pay_time", "payment_time", "order_date", "order_time", "invoicedate", "invoice_date", "transaction_timestamp", "created_at", "date", "time", "timestamp", "付款时间", "订单付款时间", "支付时间", "下单时间", "订单创建时间", "创建时间", "成交时间", "交易时间", "日期", "时间"]),
        ("member", ["member_id", "member_no", "card_no", "card", "会员卡号", "会员号", "会员编号", "卡号"]),
        ("customer", ["customer_id", "customerid", "customer", "household_id", "user_id", "buyer_id", "client_id", "客户编号", "客户id", "客户号", "用户id", "买家id"]),
        ("tmall_ouid", ["ouid", "tmall_ouid"]),
        ("wechat_openid", ["openid", "wechat_openid"]),
        ("wechat_unionid", ["unionid", "wechat_unionid"]),
        ("phone", ["phone", "mobile", "tel", "telephone", "phone_number", "手机", "手机号", "手机号码", "联系手机", "收货人手机", "联系电话", "电话"]),
        ("email", ["email", "e-mail", "mail", "邮箱", "电子邮箱", "电子邮件"]),
        ("sku", ["sku", "sku_id", "stockcode", "product_id", "item_id", "item_code", "商品编码", "商家编码", "货号", "商品id", "条码"]),
        ("name", ["description", "product_name", "item_name", "title", "商品标题", "宝贝标题", "商品名称", "品名"]),
        ("category", ["category", "product_category", "department", "类目", "品类", "分类"]),
        ("quantity", ["quantity", "qty", "count", "number_of_cds", "数量", "购买数量", "件数", "宝贝总数量"]),
        ("unit_price", ["unitprice", "unit_price", "price", "单价", "商品价格", "销售价"]),
        ("amount", ["amount", "total", "sales_value", "line_total", "dollar_value", "spend", "实付金额", "买家实际支付金额", "实收金额", "支付金额", "金额", "成交金额", "总金额"]),
        ("shipping", ["shipping", "freight", "postage", "运费", "邮费", "买家应付邮费"]),
        ("store", ["store", "store_id", "shop_id", "门店", "门店编号", "店铺"]),
        ("person_name", ["full_name", "customer_name", "member_name", "姓名", "会员姓名", "客户姓名", "收货人姓名"]),
        ("gender", ["gender", "sex", "性别"]),
        ("birthday", ["birthday", "birth_date", "dob", "生日", "出生日期"]),
        ("joined", ["joined_at", "join_date", "registered_at", "signup_date", "入会时间", "注册时间", "开卡时间"]),
        ("city", ["city", "城市", "市"]),
        ("province", ["province", "state", "省", "省份"]),
    ];

    private static readonly string[] PersonFields = ["member", "customer", "tmall_ouid", "wechat_openid", "wechat_unionid", "phone", "email"];

    /// <param name="encoding">Of who knows; null to find it out.</param>
    /// <exception cref="FileException">The file cannot be read.</exception>
    public static (Mapping? Mapping, IReadOnlyList<MappingProblem> Problems) For(string path, string fileName, string? encoding = null)
    {
        var shape = FileOpening.Find(path, encoding is null ? null : new FileSpec { Encoding = encoding });
        if (shape.Format == "events") return MappingReader.Read(new JsonObject { ["mapping"] = 1, ["name"] = "events", ["file"] = new JsonObject { ["format"] = "events" } });
        using var rows = FileOpening.Open(path, shape, out _);
        var sample = Preview.Sample(rows).Where(r => r.Problem is null).ToList();
        return MappingReader.Read(Document(rows.Columns, sample, shape, NameOf(fileName)));
    }

    internal static JsonObject Document(IReadOnlyList<string> columns, IReadOnlyList<Row> sample, FileShape shape, string name)
    {
        var found = Recognise(columns);
        var chinese = columns.Any(c => c.Any(letter => letter is >= '\u4e00' and <= '\u9fff'));
        var mapping = new JsonObject
        {
            ["mapping"] = 1,
            ["name"] = name,
            ["title"] = name,
            ["source"] = name,
            ["channel"] = "site",
            ["file"] = File(shape),
            ["timezone"] = chinese ? "Asia/Shanghai" : "UTC",
        };
        if (found.ContainsKey("amount") || found.ContainsKey("unit_price")) AddOrders(mapping, found, columns, sample, chinese);
        else if (found.ContainsKey("joined") || found.ContainsKey("member") || found.ContainsKey("person_name")) AddMembers(mapping, found);
        else AddInteractions(mapping, found, columns);
        return mapping;
    }

    private static string NameOf(string fileName)
    {
        var stem = fileName.ToLowerInvariant();
        foreach (var ending in (string[])[".gz", ".csv", ".tsv", ".txt", ".xlsx", ".ndjson", ".jsonl", ".json"])
            if (stem.EndsWith(ending, StringComparison.Ordinal)) stem = stem[..^ending.Length];
        var name = new string([.. stem.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]).Trim('-');
        return name.Length == 0 ? "file" : name[..Math.Min(name.Length, 60)].TrimEnd('-');
    }

    private static Dictionary<string, string> Recognise(IReadOnlyList<string> columns)
    {
        var found = new Dictionary<string, string>();
        foreach (var (field, names) in Aliases)
            if (names.Select(n => columns.FirstOrDefault(c => Plain(c) == Plain(n) && !found.ContainsValue(c))).FirstOrDefault(c => c is not null) is { } column) found[field] = column;
        return found;
    }

    private static string Plain(string name) => new([.. name.ToLowerInvariant().Where(char.IsLetterOrDigit)]);

    private static JsonObject File(FileShape shape)
    {
        var file = new JsonObject { ["format"] = shape.Format };
        if (shape.Encoding is { } encoding) file["encoding"] = encoding;
        if (shape is { Format: "csv", Separator: { } separator }) file["separator"] = separator.ToString();
        return file;
    }

    private static void AddOrders(JsonObject mapping, Dictionary<string, string> found, IReadOnlyList<string> columns, IReadOnlyList<Row> sample, bool chinese)
    {
        var order = found.GetValueOrDefault("order");
        if (order is not null && IsRepeated(columns, sample, order)) mapping["group"] = new JsonObject { ["by"] = order, ["window"] = GroupSpec.DefaultWindow };
        var id = order is not null ? new JsonObject { ["text"] = $"{{{order}}}" } : new JsonObject { ["text"] = "{@file}-{@row}" };
        var line = new JsonObject
        {
            ["sku"] = found.TryGetValue("sku", out var sku) ? sku : new JsonObject { ["const"] = "unknown" },
            ["quantity"] = found.TryGetValue("quantity", out var quantity) ? quantity : new JsonObject { ["const"] = 1 },
        };
        if (found.TryGetValue("name", out var name)) line["name"] = new JsonObject { ["column"] = name, ["max"] = 500 };
        if (found.TryGetValue("category", out var category)) line["category"] = category;
        if (found.TryGetValue("unit_price", out var price)) line["unit_price_minor"] = price;
        line["amount_minor"] = found.TryGetValue("amount", out var amount) ? amount
            : quantity is null ? price : new JsonObject { ["multiply"] = new JsonArray(quantity, price) };
        var data = new JsonObject { ["order"] = id.DeepClone(), ["currency"] = new JsonObject { ["const"] = chinese ? "CNY" : "USD" } };
        if (quantity is not null)
            data["kind"] = new JsonObject
            {
                ["choose"] = new JsonArray(new JsonObject { ["when"] = new JsonObject { ["column"] = quantity, ["less_than"] = 0, ["rows"] = "any" }, ["then"] = "adjustment" }),
                ["default"] = "sale",
            };
        if (found.TryGetValue("shipping", out var shipping)) data["shipping_minor"] = shipping;
        if (found.TryGetValue("store", out var store)) data["store"] = store;
        mapping["events"] = new JsonArray(new JsonObject
        {
            ["name"] = "order",
            ["type"] = "order.paid",
            ["id"] = id,
            ["time"] = found.TryGetValue("time", out var time) ? time : new JsonObject { ["const"] = "1990-01-01T00:00:00Z" },
            ["identifiers"] = Identifiers(found),
            ["data"] = data,
            ["lines"] = line,
        });
        RemoveEmptyIdentifiers(mapping);
    }

    private static bool IsRepeated(IReadOnlyList<string> columns, IReadOnlyList<Row> sample, string column)
    {
        var place = columns.ToList().IndexOf(column);
        var values = sample.Select(r => r.Values[place]).ToList();
        return values.Distinct().Count() < values.Count;
    }

    private static void AddMembers(JsonObject mapping, Dictionary<string, string> found)
    {
        var profile = new JsonObject();
        if (found.TryGetValue("person_name", out var name)) profile["name"] = name;
        if (found.TryGetValue("gender", out var gender)) profile["gender"] = new JsonObject
        {
            ["column"] = gender,
            ["lower"] = true,
            ["map"] = new JsonObject { ["女"] = "f", ["男"] = "m", ["female"] = "f", ["male"] = "m", ["f"] = "f", ["m"] = "m" },
            ["else"] = "x",
        };
        foreach (var field in (string[])["birthday", "province", "city"])
            if (found.TryGetValue(field, out var column)) profile[field] = column;
        var data = new JsonObject { ["profile"] = profile };
        if (found.TryGetValue("member", out var card)) data["card"] = card;
        mapping["events"] = new JsonArray(new JsonObject
        {
            ["name"] = "member",
            ["type"] = "member.joined",
            ["id"] = new JsonObject { ["text"] = card is not null ? $"{{{card}}}/joined" : "{@file}-{@row}" },
            ["time"] = found.TryGetValue("joined", out var joined) ? joined : found.TryGetValue("time", out var time) ? time : new JsonObject { ["const"] = "1990-01-01T00:00:00Z" },
            ["identifiers"] = Identifiers(found),
            ["data"] = data,
        });
        RemoveEmptyIdentifiers(mapping);
    }

    private static void AddInteractions(JsonObject mapping, Dictionary<string, string> found, IReadOnlyList<string> columns)
    {
        var properties = new JsonObject();
        foreach (var column in columns.Where(c => !found.ContainsValue(c)).Take(30)) properties[column] = column;
        mapping["events"] = new JsonArray(new JsonObject
        {
            ["name"] = "interaction",
            ["type"] = "interaction.happened",
            ["id"] = new JsonObject { ["text"] = "{@file}-{@row}" },
            ["time"] = found.TryGetValue("time", out var time) ? time : new JsonObject { ["const"] = "1990-01-01T00:00:00Z" },
            ["identifiers"] = Identifiers(found),
            ["data"] = new JsonObject { ["kind"] = new JsonObject { ["const"] = "imported" }, ["properties"] = properties },
        });
        RemoveEmptyIdentifiers(mapping);
    }

    private static JsonArray Identifiers(Dictionary<string, string> found) =>
        new([.. PersonFields.Where(found.ContainsKey).Select(field => (JsonNode)new JsonObject { ["namespace"] = field, ["value"] = new JsonObject { ["column"] = found[field], ["whole"] = true } })]);

    private static void RemoveEmptyIdentifiers(JsonObject mapping)
    {
        foreach (var one in mapping["events"]!.AsArray())
            if (one!["identifiers"] is JsonArray { Count: 0 }) one.AsObject().Remove("identifiers");
    }
}

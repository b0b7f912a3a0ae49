using Danke.Reports;
using Danke.Reports.Gmv;
using Danke.Reports.Retention;

namespace Danke.App.Tests.Reports;

/// <summary>What must hold of real data whatever the figures are.</summary>
[Collection(nameof(InsightChild))]
public sealed class PropertiesOverRetailTests(RetailInsight retail)
{
    [Fact]
    public async Task On_or_after_never_increases_within_a_cohort_nor_linked_over_all()
    {
        var answer = (RetentionAnswer)await (await retail.Load()).Reports("UTC", "GBP").Run("retention", ReportParameters.Of([("as_of", "2011-12-09")]), default);

        foreach (var cohort in answer.Cohorts)
        {
            var shares = cohort.Cells.Where(c => c.Complete).Select(c => c.OnOrAfter!.Value).ToList();
            shares.ShouldBe(shares.OrderDescending());
        }
        var linked = answer.Pooled.Select(p => p.OnOrAfterLinked).ToList();
        linked.ShouldBe(linked.OrderDescending());
    }

    [Fact]
    public async Task The_contributions_of_every_month_add_up_to_its_change()
    {
        var reports = (await retail.Load()).Reports("UTC", "GBP");
        for (var month = new DateOnly(2011, 1, 1); month < new DateOnly(2012, 1, 1); month = month.AddMonths(1))
        {
            var gmv = ((GmvAnswer)await reports.Run("gmv", ReportParameters.Of([("as_of", "2011-12-09"), ("from", $"{month:yyyy-MM-dd}"), ("to", $"{month.AddMonths(1):yyyy-MM-dd}")]), default)).Gmv;
            (gmv.Contributions.PersonsMinor + gmv.Contributions.GuestsMinor + gmv.Contributions.RefundedInFullMinor).ShouldBe(gmv.ChangeMinor);
            gmv.Contributions.PersonsMinor.ShouldBe(gmv.Now.PersonSalesMinor - gmv.Before.PersonSalesMinor);
        }
    }
}

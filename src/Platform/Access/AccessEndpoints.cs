using Microsoft.AspNetCore.Routing;

namespace Danke.Platform.Access;

public static class AccessEndpoints
{
    public static void MapAccess(this IEndpointRouteBuilder v1)
    {
        SessionEndpoints.Map(v1);
        UserEndpoints.Map(v1);
        ApiKeyEndpoints.Map(v1);
        AuditEndpoints.Map(v1);
        Keys.KeyEndpoints.Map(v1);
    }
}

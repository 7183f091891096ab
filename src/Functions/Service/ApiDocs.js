"use strict";

SwaggerUIBundle({
  dom_id: "#swagger-ui",
  url: "/api/openapi.json",
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // Without this, Swagger UI would send the document's address to a validator elsewhere.
  validatorUrl: null,
});

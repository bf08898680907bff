-- For wrk: each request is another webhook, as the CRM sends it. The ids of each thread are its own.

local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  number = (id + 1) * 100000000 + os.time() % 10000 * 10000
  headers = {
    ["Content-Type"] = "application/json",
    ["X-CRM-Webhook-Token"] = os.getenv("CRM_WEBHOOK_TOKEN"),
  }
  path = "/api/webhook-presencia-crm/"
end

function request()
  number = number + 1
  local phone = string.format("9%08d", (number * 7919) % 100000000)
  local body = string.format(
    '{"id_presencia_crm": "CRM-%d", "cliente": {"nombres_completos_razon_social": "Rosa \\u00d1aupari Quispe Mamani", ' ..
      '"tipo_documento": "DNI", "numero_documento": "TEMP-%s", "telefono_principal": "%s", "email_principal": null, ' ..
      '"direccion": "San Juan de Lurigancho", "distrito": "San Juan de Lurigancho"}, ' ..
      '"fecha_hora_presencia": "2024-01-15T19:30:00+00:00", "proyecto_interes": null, "medio_captacion": "campo_opc", ' ..
      '"modalidad": "presencial", "status_presencia": "realizada", "resultado_interaccion": "interesado_seguimiento", ' ..
      '"observaciones": "Presencia desde CRM. Lugar: Sala de ventas. None"}',
    number, phone:sub(6), phone)
  return wrk.format("POST", path, headers, body)
end

function done(summary, latency, requests)
  io.write(string.format(
    '{"seconds": %.3f, "requests": %d, "not_200": %d, "broken": %d, "p50_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f}\n',
    summary.duration / 1e6, summary.requests, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end

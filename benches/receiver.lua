-- For wrk: each request is a new presencia of its own client; bodies of 687 bytes. The ids of each thread are its own.

local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  number = (id + 1) * 100000000 + os.time() % 10000 * 10000
  local token = os.getenv("CRM_WEBHOOK_TOKEN")
  head = "POST /api/webhook-presencia-crm/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" ..
    "X-CRM-Webhook-Token: " .. token .. "\r\nContent-Length: 687\r\n\r\n" .. '{"id_presencia_crm":"CRM-'
  middle = '","cliente":{"nombres_completos_razon_social":"Rosa Quispe Mamani","tipo_documento":"DNI","numero_documento":"'
  rest = '","telefono_principal":"999888777","email_principal":"rosa@example.pe","direccion":"San Juan de Lurigancho",' ..
    '"distrito":"San Juan de Lurigancho"},"fecha_hora_presencia":"2024-01-15T14:30:00","proyecto_interes":' ..
    '"OASIS 2 (AUCALLAMA)","medio_captacion":"campo_opc","modalidad":"presencial","status_presencia":"realizada",' ..
    '"resultado_interaccion":"interesado_seguimiento","observaciones":"Presencia desde CRM. Lugar: Sala de ventas.'
  local used = #'{"id_presencia_crm":"CRM-' + 9 + #middle + 9 + #rest + 2
  rest = rest .. string.rep(".", 687 - used) .. '"}'
end

function request()
  number = number + 1
  return head .. number .. middle .. number .. rest
end

function done(summary, latency, requests)
  io.write(string.format(
    '{"seconds": %.3f, "requests": %d, "not_200": %d, "broken": %d, "p50_ms": %.3f, "p99_ms": %.3f}\n',
    summary.duration / 1e6, summary.requests, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end

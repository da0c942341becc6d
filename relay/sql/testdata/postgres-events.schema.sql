-- The tables of the relay archive, for PostgreSQL. All times are in UTC.
-- The relay's user needs SELECT, INSERT and UPDATE on them, and nothing else.

-- One row for each event.
CREATE TABLE IF NOT EXISTS "foghorn_events" (
  "journal" bigint NOT NULL,
  "id" bigint NOT NULL,
  "time" timestamptz(3) NOT NULL,
  "received" timestamptz(3) NOT NULL,
  "source" text NOT NULL,
  "via" text NOT NULL,
  "topic" text NOT NULL,
  "type" text NOT NULL,
  "severity" text NOT NULL,
  "org_id" text,
  "site_id" text,
  "site" text,
  "device_mac" text,
  "device" text,
  "device_type" text,
  "client_mac" text,
  "client" text,
  "ssid" text,
  "text" text NOT NULL,
  "delivery_id" bigint,
  "alert_id" bigint,
  "duplicates" integer NOT NULL,
  "test" boolean NOT NULL,
  "raw" jsonb,
  PRIMARY KEY ("journal", "id")
);
CREATE INDEX IF NOT EXISTS "foghorn_events_time_idx" ON "foghorn_events" ("time");
CREATE INDEX IF NOT EXISTS "foghorn_events_device_time_idx" ON "foghorn_events" ("device", "time");
CREATE INDEX IF NOT EXISTS "foghorn_events_site_time_idx" ON "foghorn_events" ("site", "time");

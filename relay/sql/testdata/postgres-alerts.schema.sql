-- The tables of the relay noc, for PostgreSQL. All times are in UTC.
-- The relay's user needs SELECT, INSERT and UPDATE on them, and nothing else.

-- One row for each alert, as it is now.
CREATE TABLE IF NOT EXISTS "ops"."noc_alerts" (
  "journal" bigint NOT NULL,
  "id" bigint NOT NULL,
  "updated" timestamptz(3) NOT NULL,
  "state" text NOT NULL,
  "severity" text NOT NULL,
  "title" text NOT NULL,
  "source" text NOT NULL,
  "kind" text NOT NULL,
  "object" text,
  "org_id" text,
  "site_id" text,
  "site" text,
  "device_mac" text,
  "device" text,
  "opened" timestamptz(3) NOT NULL,
  "last_seen" timestamptz(3) NOT NULL,
  "resolved" timestamptz(3),
  "count" integer NOT NULL,
  "flaps" integer NOT NULL,
  "owner" text,
  "acked_at" timestamptz(3),
  "snoozed_until" timestamptz(3),
  "note" text,
  "closed_by" text,
  "closed_at" timestamptz(3),
  "close_reason" text,
  "mist_alarm_id" text,
  "why" text NOT NULL,
  "step" text,
  "n" integer,
  "actor" text,
  "reason" text,
  "link" text,
  "test" boolean NOT NULL,
  PRIMARY KEY ("journal", "id")
);
CREATE INDEX IF NOT EXISTS "noc_alerts_opened_idx" ON "ops"."noc_alerts" ("opened");
CREATE INDEX IF NOT EXISTS "noc_alerts_state_severity_idx" ON "ops"."noc_alerts" ("state", "severity");
CREATE INDEX IF NOT EXISTS "noc_alerts_device_opened_idx" ON "ops"."noc_alerts" ("device", "opened");

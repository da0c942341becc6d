BEGIN;
INSERT INTO "junos_events" ("device", "event", "description", "logdate", "logtime", "source", "foghorn_id")
VALUES
  ('edge-1', 'UI_COMMIT', 'User ''ada'' requested ''commit'' operation', '2026-11-27', '12:00:00.123', '\x00000000', '7/a346')
ON CONFLICT ("foghorn_id") DO UPDATE SET "device" = excluded."device", "event" = excluded."event", "description" = excluded."description", "logdate" = excluded."logdate", "logtime" = excluded."logtime", "source" = excluded."source";
INSERT INTO "mist_events" ("site", "device", "event", "description", "logdate", "logtime", "source", "foghorn_id")
VALUES
  ('berlin', 'lobby-ap3', 'device_down', 'AP lobby-ap3 is down', '2026-11-27', '12:00:00.123', '\x00000000', '7/a345'),
  ('berlin', 'lobby-ap3', 'device_down', 'it''s "down" \ ''; DROP TABLE x', '2026-11-27', '12:00:00.123', '\x00000000', '7/a345.12')
ON CONFLICT ("foghorn_id") DO UPDATE SET "site" = excluded."site", "device" = excluded."device", "event" = excluded."event", "description" = excluded."description", "logdate" = excluded."logdate", "logtime" = excluded."logtime", "source" = excluded."source";
COMMIT;

BEGIN;
INSERT INTO `junos_events` (`device`, `event`, `description`, `logdate`, `logtime`, `source`, `foghorn_id`)
VALUES
  ('edge-1', 'UI_COMMIT', 'User ''ada'' requested ''commit'' operation', '2026-11-27', '12:00:00.123', 0x00000000, '7/a346')
ON DUPLICATE KEY UPDATE `device` = VALUES(`device`), `event` = VALUES(`event`), `description` = VALUES(`description`), `logdate` = VALUES(`logdate`), `logtime` = VALUES(`logtime`), `source` = VALUES(`source`);
INSERT INTO `mist_events` (`site`, `device`, `event`, `description`, `logdate`, `logtime`, `source`, `foghorn_id`)
VALUES
  ('berlin', 'lobby-ap3', 'device_down', 'AP lobby-ap3 is down', '2026-11-27', '12:00:00.123', 0x00000000, '7/a345'),
  ('berlin', 'lobby-ap3', 'device_down', 'it''s "down" \\ ''; DROP TABLE x', '2026-11-27', '12:00:00.123', 0x00000000, '7/a345.12')
ON DUPLICATE KEY UPDATE `site` = VALUES(`site`), `device` = VALUES(`device`), `event` = VALUES(`event`), `description` = VALUES(`description`), `logdate` = VALUES(`logdate`), `logtime` = VALUES(`logtime`), `source` = VALUES(`source`);
COMMIT;

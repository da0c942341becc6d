-- The tables of the relay archive, for MySQL. All times are in UTC.
-- The relay's user needs SELECT, INSERT and UPDATE on them, and nothing else.

-- One row for each event.
CREATE TABLE IF NOT EXISTS `foghorn_events` (
  `journal` BIGINT NOT NULL,
  `id` BIGINT NOT NULL,
  `time` DATETIME(3) NOT NULL,
  `received` DATETIME(3) NOT NULL,
  `source` VARCHAR(255) NOT NULL,
  `via` VARCHAR(255) NOT NULL,
  `topic` VARCHAR(255) NOT NULL,
  `type` VARCHAR(255) NOT NULL,
  `severity` VARCHAR(255) NOT NULL,
  `org_id` VARCHAR(255),
  `site_id` VARCHAR(255),
  `site` VARCHAR(255),
  `device_mac` VARCHAR(255),
  `device` VARCHAR(255),
  `device_type` VARCHAR(255),
  `client_mac` VARCHAR(255),
  `client` VARCHAR(255),
  `ssid` VARCHAR(255),
  `text` MEDIUMTEXT NOT NULL,
  `delivery_id` BIGINT,
  `alert_id` BIGINT,
  `duplicates` INT NOT NULL,
  `test` BOOLEAN NOT NULL,
  `raw` JSON,
  PRIMARY KEY (`journal`, `id`),
  INDEX (`time`),
  INDEX (`device`, `time`),
  INDEX (`site`, `time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

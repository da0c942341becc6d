-- The tables of the relay assistant, for MySQL. All times are in UTC.
-- The relay's user needs SELECT, INSERT and UPDATE on them, and nothing else.

-- One row for each event, in the columns of Network Assistant.
CREATE TABLE IF NOT EXISTS `junos_events` (
  `id` BIGINT AUTO_INCREMENT NOT NULL,
  `device` VARCHAR(255),
  `event` VARCHAR(255) NOT NULL,
  `description` MEDIUMTEXT,
  `logdate` DATE NOT NULL,
  `logtime` TIME(3) NOT NULL,
  `source` BINARY(4) NOT NULL,
  `message` MEDIUMTEXT,
  `foghorn_id` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE (`foghorn_id`),
  INDEX (`logdate`, `logtime`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One row for each event, in the columns of Network Assistant.
CREATE TABLE IF NOT EXISTS `mist_events` (
  `id` BIGINT AUTO_INCREMENT NOT NULL,
  `site` VARCHAR(255),
  `device` VARCHAR(255),
  `event` VARCHAR(255) NOT NULL,
  `description` MEDIUMTEXT,
  `logdate` DATE NOT NULL,
  `logtime` TIME(3) NOT NULL,
  `source` BINARY(4) NOT NULL,
  `message` MEDIUMTEXT,
  `foghorn_id` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE (`foghorn_id`),
  INDEX (`logdate`, `logtime`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

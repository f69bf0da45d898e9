-- What people switch in their settings, and what brought them. Nobody who came before was asked whether we may write about news.

ALTER TABLE people ADD COLUMN silent BOOLEAN NOT NULL DEFAULT FALSE; -- results arrive without a sound
ALTER TABLE people ADD COLUMN news BOOLEAN NOT NULL DEFAULT FALSE;   -- the shop may write about news and offers
ALTER TABLE people ADD COLUMN origin TEXT;                           -- the payload of the /start that brought them; never changed

"""The store in a MongoDB database, for an archive that several machines share. The only room that imports pymongo."""
